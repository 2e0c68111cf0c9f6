/** `gru4rec tune`: a search for good options on a training log, by a validation that is its last part. */
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { officialSpace, type Space, type Trial, type TuneOptions, type Tuning } from "../index.js";
import { saveModel, tune } from "../node.js";
import { validationOf } from "./clicks.js";
import { CommandError, EXIT_FAILED, EXIT_USAGE } from "./errors.js";
import { addOptions, type Given, pickOptions } from "./flags.js";
import type { Io } from "./io.js";
import { JSON_OPTION } from "./options.js";
import { checkTargets } from "./targets.js";
import { flagsOf, trained } from "./trial-process.js";
import { tuningReport } from "./tune-html.js";
import { TUNE_DATA_OPTIONS, TUNE_OPTIONS } from "./tune-options.js";

export function addTune(program: Command, io: Io): void {
  const command = program
    .command("tune")
    .description("search for the options of a GRU4Rec that are best on a validation")
    .argument("<clicks>", "a table to train on: CSV, JSON or Parquet; a path or pattern");
  addOptions(command, "Data:", TUNE_DATA_OPTIONS);
  addOptions(command, "Search:", TUNE_OPTIONS);
  addOptions(command, "Output:", JSON_OPTION);
  command.addHelpText("after", EXAMPLES);
  command.action((path: string, given: Given) => runTune(path, given, io));
}

const EXAMPLES = `
Examples:
  gru4rec tune train.tsv.gz --trials 100 --log trials.jsonl --html report.html -o best.json
  gru4rec tune train.tsv.gz --space space.json --validation-days 2 -o best.json
  gru4rec train train.tsv.gz --params best.json --test test.tsv.gz

The validation is the last day of the log, unless a flag says otherwise. No test is seen.`;

/** @throws CommandError, ConfigError, FormatError */
async function runTune(path: string, given: Given, io: Io): Promise<void> {
  if (path === "-") throw new CommandError("<clicks>: expected a file, got -", EXIT_USAGE);
  const data = pickOptions(TUNE_DATA_OPTIONS, given);
  if (validationOf(data) === undefined) data.validationDays = 1;
  const { output, log, html, monitor = "mrr@20", json } = given;
  const targets = [
    { flag: "--output", path: output },
    { flag: "--html", path: html },
    { flag: "--log", path: log },
  ].filter((target): target is { flag: string; path: string } => typeof target.path === "string");
  await checkTargets(targets, [path, given.space as string | undefined]);
  const space = await spaceOf(given);
  const flags = flagsOf(TUNE_DATA_OPTIONS, data);
  // A process of its own needs no worker, and so none that is late where many trials share the processors.
  const args = [path, ...flags, "--monitor", String(monitor), "--threads", "0"];
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  const folder = await mkdtemp(join(tmpdir(), "gru4rec-tune-"));
  const over: Trial[] = [];
  const { jobs = availableParallelism() } = given as { readonly jobs?: number };
  const named = ["trials", "sampler", "round", "halving", "seed"] as const;
  const options = {
    ...(Object.fromEntries(
      named.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
    ) as Partial<TuneOptions>),
    ...{ space, jobs, signal, data: [...args, await sizeOf(path)].join(" ") },
    ...(typeof log === "string" && { log }),
    onTrial: (trial: Trial): void => {
      over.push(trial);
      io.stdout.write(json ? `${JSON.stringify({ type: "trial", ...trial })}\n` : lineOf(trial));
    },
  };
  try {
    const tuning = await tune(
      (parameters, trial) =>
        trained(args, parameters, folder, trial).catch((error: unknown) => {
          // What is wrong with the command is wrong in every trial.
          if (error instanceof CommandError) stop.abort(error);
          throw error;
        }),
      options,
    );
    tell(tuning, String(monitor), given, io);
    const page = tuningReport(tuning, String(monitor), path);
    await write(html, page, given, io);
    await write(output, parametersOf(tuning, String(monitor)), given, io);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function sizeOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found ? `${found.size} bytes` : "";
}

async function spaceOf({ space, loss }: Given): Promise<Space> {
  if (typeof space !== "string") {
    return officialSpace(loss as Parameters<typeof officialSpace>[0]);
  }
  try {
    return JSON.parse(await readFile(space, "utf8")) as Space;
  } catch (cause) {
    const message = `--space: expected a file of JSON, got ${space}: ${(cause as Error).message}`;
    throw new CommandError(message, EXIT_USAGE, { cause });
  }
}

function lineOf({ number, state, value, error, figures, parameters }: Trial): string {
  const found = value === undefined ? (error ?? "") : value.toFixed(4);
  const options = JSON.stringify({ ...parameters.model, ...parameters.train });
  return `trial ${number}  ${state}, ${figures.length} epochs  ${found}  ${options}\n`;
}

/** The best options, and what mattered. */
function tell(tuning: Tuning, monitor: string, given: Given, io: Io): void {
  const { best, importance, trials } = tuning;
  if (!best) {
    throw new CommandError(
      `tune: expected a trial that ends, got ${trials.length} that failed. The last: ${trials.at(-1)!.error}`,
      EXIT_FAILED,
    );
  }
  if (given.json) {
    const { number, value, parameters } = best;
    io.stdout.write(
      `${JSON.stringify({ type: "tuned", monitor, number, value, ...parameters, importance })}\n`,
    );
  } else {
    const bars = importance.map(
      ({ path, share }) =>
        `  ${path.padEnd(24)} ${"█".repeat(Math.round(30 * share)).padEnd(30)} ${share.toFixed(2)}\n`,
    );
    io.stdout.write(`\nbest: ${lineOf(best)}`);
    if (bars.length > 0) io.stdout.write(`share of the variance of ${monitor}:\n${bars.join("")}`);
  }
}

/** The file for `--params`. */
function parametersOf({ best, trials }: Tuning, monitor: string): string {
  const { number, value, parameters } = best!;
  const about = `Trial ${number} of ${trials.length}: ${monitor} ${value} on the validation.`;
  return `${JSON.stringify({ kind: "gru4rec", ...parameters, about }, null, 2)}\n`;
}

async function write(path: unknown, text: string, given: Given, io: Io): Promise<void> {
  if (typeof path !== "string") return;
  const bytes = new TextEncoder().encode(text);
  await saveModel({ toBytes: () => bytes }, path);
  io.stdout.write(given.json ? "" : `saved ${path}\n`);
}

/** `gru4rec tune`: a search for good options on a training log, by a validation that is its last part. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import {
  ConfigError,
  officialSpace,
  type Space,
  type Trial,
  type TuneOptions,
  type Tuning,
  tuningOf,
} from "../index.js";
import { type NodeTuneOptions, saveModel, tune } from "../node.js";
import { validationOf } from "./clicks.js";
import { CommandError, EXIT_FAILED, EXIT_USAGE, InterruptedError } from "./errors.js";
import { addOptions, type Given, pickOptions } from "./flags.js";
import { formatCounted } from "./format.js";
import type { Io } from "./io.js";
import { JSON_OPTION } from "./options.js";
import { checkTargets, stoppedPath } from "./targets.js";
import { flagsOf, trained } from "./trial-process.js";
import { tuningReport } from "./tune-html.js";
import {
  TUNE_DATA_OPTIONS,
  TUNE_OPTIONS,
  TUNED_MODEL_OPTION,
  TUNED_MODELS,
} from "./tune-options.js";
import { parametersOf, stoppedLines, type TunedOn, trialLine, tunedLines } from "./tune-text.js";

export function addTune(program: Command, io: Io): void {
  const command = program
    .command("tune")
    .description("search for the options of a model that are best on a validation")
    .argument("<clicks>", "a table to train on: CSV, JSON or Parquet; a path or pattern");
  addOptions(command, "Data:", TUNE_DATA_OPTIONS);
  addOptions(command, "Search:", { ...TUNED_MODEL_OPTION, ...TUNE_OPTIONS });
  addOptions(command, "Output:", JSON_OPTION);
  command.addHelpText("after", EXAMPLES);
  command.action((path: string, given: Given) => runTune(path, given, io));
}

const EXAMPLES = `
Examples:
  gru4rec tune train.tsv.gz --trials 100 --log trials.jsonl --html report.html -o best.json
  gru4rec tune train.tsv.gz --space space.json --validation-days 2 -o best.json
  gru4rec tune train.tsv.gz --model two-towers --space towers.json -o best.json
  gru4rec train train.tsv.gz --params best.json --test test.tsv.gz

The validation is the last day of the log, unless a flag says otherwise. No test is seen.
Ctrl-C ends the search and writes the best so far into the files, which say so; a file that is there stays, and
NAME.stopped.json is written beside it. With --log the same command goes on.`;

/** @throws CommandError, ConfigError, FormatError */
async function runTune(path: string, given: Given, io: Io): Promise<void> {
  if (path === "-") throw new CommandError("<clicks>: expected a file, got -", EXIT_USAGE);
  const { model = "gru4rec", output, log, html, monitor = "mrr@20" } = given;
  if (!TUNED_MODELS.includes(String(model))) {
    throw new ConfigError("--model", TUNED_MODELS.map((kind) => `"${kind}"`).join(" or "), model);
  }
  const data = pickOptions(TUNE_DATA_OPTIONS, given);
  if (validationOf(data) === undefined) data.validationDays = 1;
  const { validation, ...reading } = data;
  const files = [path, validation].filter((file): file is string => typeof file === "string");
  const targets = [
    { flag: "--output", path: output },
    { flag: "--html", path: html },
    { flag: "--log", path: log },
  ].filter((target): target is { flag: string; path: string } => typeof target.path === "string");
  await checkTargets(targets, [...files, given.space as string | undefined]);
  const space = await spaceOf(given);
  // A process of its own needs no worker, and so none that is late where many trials share the processors.
  const same = ["--model", String(model), "--monitor", String(monitor), "--threads", "0"];
  const flags = [...flagsOf(TUNE_DATA_OPTIONS, reading), ...same];
  const args = [path, ...flagsOf(TUNE_DATA_OPTIONS, data), ...same];
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  const folder = await mkdtemp(join(tmpdir(), "gru4rec-tune-"));
  const over: Trial[] = [];
  const { jobs = availableParallelism() } = given as { readonly jobs?: number };
  const named = ["trials", "sampler", "round", "halving", "seed"] as const;
  const options: NodeTuneOptions = {
    ...(Object.fromEntries(
      named.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
    ) as Partial<TuneOptions>),
    space,
    jobs,
    signal,
    ...(typeof log === "string" && { log, files, data: flags.join(" ") }),
    onResume: (trials): void => {
      over.push(...trials);
      if (given.json) return;
      io.stdout.write(`goes on after ${formatCounted(trials.length, "trial")} of ${log}\n`);
    },
    onTrial: (trial): void => {
      over.push(trial);
      io.stdout.write(trialLine(trial, given.json === true));
    },
  };
  const about = { path, monitor: String(monitor), kind: String(model) };
  try {
    const tuning = await tune(
      (parameters, trial) =>
        trained(args, { kind: String(model), ...parameters }, folder, trial).catch(
          (error: unknown) => {
            // What is wrong with the command is wrong in every trial.
            if (error instanceof CommandError) stop.abort(error);
            throw error;
          },
        ),
      options,
    );
    await finish(tuning, about, given, io);
  } catch (error) {
    const { aborted, reason } = io.signal;
    if (!(reason instanceof InterruptedError)) throw aborted ? reason : error;
    throw await stopped(tuningOf(space, over), about, given, io);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Tells and writes what was found until Ctrl-C. */
async function stopped(
  tuning: Tuning,
  about: TunedOn,
  given: Given,
  io: Io,
): Promise<InterruptedError> {
  const { log, json = false } = given;
  const done = `stopped after ${formatCounted(tuning.trials.length, "trial")}`;
  io.stdout.write(stoppedLines(tuning, json === true));
  if (tuning.best)
    await write(tuning, about, given, io, `${done[0]!.toUpperCase()}${done.slice(1)}.`);
  const fate = tuning.best ? "" : "; no file of the best was written";
  const remedy =
    typeof log === "string"
      ? `The same command goes on from ${log}.`
      : "With --log FILE the same command could go on.";
  return new InterruptedError(`${done}${fate}. ${remedy}`);
}

async function spaceOf({ space, loss, model }: Given): Promise<Space> {
  if (typeof space !== "string") {
    if (model !== "two-towers") {
      return officialSpace(loss as Parameters<typeof officialSpace>[0]);
    }
    const message =
      "--space: expected a file with --model two-towers, got none. No space of them was published.";
    throw new CommandError(message, EXIT_USAGE);
  }
  try {
    return JSON.parse(await readFile(space, "utf8")) as Space;
  } catch (cause) {
    const message = `--space: expected a file of JSON, got ${space}: ${(cause as Error).message}`;
    throw new CommandError(message, EXIT_USAGE, { cause });
  }
}

async function finish(tuning: Tuning, about: TunedOn, given: Given, io: Io): Promise<void> {
  const { best, trials } = tuning;
  if (!best) {
    const found = `${trials.length} that failed. The last: ${trials.at(-1)!.error}`;
    throw new CommandError(`tune: expected a trial that ends, got ${found}`, EXIT_FAILED);
  }
  io.stdout.write(tunedLines(tuning, about.monitor, given.json === true));
  await write(tuning, about, given, io);
}

/** @param note where the search was stopped: a file that is there stays */
async function write(
  tuning: Tuning,
  about: TunedOn,
  { html, output, json }: Given,
  io: Io,
  note?: string,
): Promise<void> {
  const files = [
    [html, () => tuningReport(tuning, about, note)],
    [output, () => parametersOf(tuning, about, note)],
  ] as const;
  for (const [path, textOf] of files) {
    if (typeof path !== "string") continue;
    const bytes = new TextEncoder().encode(textOf());
    const free = note ? await stoppedPath(path) : path;
    await saveModel({ toBytes: () => bytes }, free);
    io.stdout.write(json ? "" : `saved ${free}\n`);
  }
}

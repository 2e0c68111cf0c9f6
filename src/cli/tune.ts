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
} from "../index.js";
import { type NodeTuneOptions, saveModel, tune } from "../node.js";
import { validationOf } from "./clicks.js";
import { CommandError, EXIT_FAILED, EXIT_USAGE, InterruptedError } from "./errors.js";
import { addOptions, type Given, pickOptions } from "./flags.js";
import { formatCounted } from "./format.js";
import type { Io } from "./io.js";
import { JSON_OPTION } from "./options.js";
import { checkTargets } from "./targets.js";
import { flagsOf, trained } from "./trial-process.js";
import { tuningReport } from "./tune-html.js";
import {
  TUNE_DATA_OPTIONS,
  TUNE_OPTIONS,
  TUNED_MODEL_OPTION,
  TUNED_MODELS,
} from "./tune-options.js";
import { bestSoFar, parametersOf, trialLine, tunedLines } from "./tune-text.js";

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
Ctrl-C ends the search and tells the best so far; with --log the same command goes on.`;

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
    await finish(tuning, { path, monitor: String(monitor), kind: String(model) }, given, io);
  } catch (error) {
    throw io.signal.aborted ? stopped(over, given, io) : error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Tells what was found until Ctrl-C. Files keep what they have: a search that is not over is not the best. */
function stopped(over: readonly Trial[], given: Given, io: Io): unknown {
  if (!(io.signal.reason instanceof InterruptedError)) return io.signal.reason;
  if (!given.json) io.stdout.write(bestSoFar(over));
  const done = `stopped after ${formatCounted(over.length, "trial")}; no file of the best was written`;
  const remedy =
    typeof given.log === "string"
      ? `The same command goes on from ${given.log}.`
      : "With --log FILE the same command could go on.";
  return new InterruptedError(`${done}. ${remedy}`);
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

interface About {
  readonly path: string;
  readonly monitor: string;
  readonly kind: string;
}

async function finish(tuning: Tuning, about: About, given: Given, io: Io): Promise<void> {
  const { best, trials } = tuning;
  const { path, monitor, kind } = about;
  if (!best) {
    const found = `${trials.length} that failed. The last: ${trials.at(-1)!.error}`;
    throw new CommandError(`tune: expected a trial that ends, got ${found}`, EXIT_FAILED);
  }
  io.stdout.write(tunedLines(tuning, monitor, given.json === true));
  await write(given.html, tuningReport(tuning, monitor, path), given, io);
  await write(given.output, parametersOf(tuning, monitor, kind), given, io);
}

async function write(path: unknown, text: string, given: Given, io: Io): Promise<void> {
  if (typeof path !== "string") return;
  const bytes = new TextEncoder().encode(text);
  await saveModel({ toBytes: () => bytes }, path);
  io.stdout.write(given.json ? "" : `saved ${path}\n`);
}

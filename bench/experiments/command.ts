/**
 * The command: runs what is missing of the tables that are named, writes each run down at once, and renders the page.
 *
 *     npm run experiments                                   everything that is missing (days)
 *     npm run experiments -- amazon-beauty --only "by hand"   rows of a table whose labels have the word
 */

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { formatSeconds } from "../../src/cli/format.js";
import type { Io } from "../../src/cli/io.js";
import { createProgress } from "../../src/cli/progress.js";
import { ConfigError } from "../../src/index.js";
import { writeWhole } from "../../src/node/files.js";
import { surroundings } from "./code.js";
import { forget } from "./course.js";
import { PARTS, type Part } from "./experiments.js";
import { digits, figureOf, knownOf } from "./figures.js";
import { checkLog, readLog, type SplitLog } from "./files.js";
import { MINUTES, readTimes } from "./minutes.js";
import { PAGE, RESULTS, rendered } from "./page.js";
import { addRun, keysOf, type RunKey, readRuns, runOf } from "./results.js";
import { runOnce } from "./run.js";
import { TUNINGS } from "./tables/tunings.js";
import { runTuning } from "./tuning.js";
import type { Experiment, Row, Run } from "./types.js";

export interface Asked {
  /** Names of experiments; all when empty. */
  readonly names: readonly string[];
  /** Rows whose labels have this. */
  readonly only: string | undefined;
  /** Runs of this seed, and those that have none. */
  readonly seed: number | undefined;
  /** Folder of the logs. */
  readonly data: string;
  readonly threads: number | "auto";
  /** Seconds between two checkpoints. */
  readonly every: number;
  /** Runs what is finished once more. */
  readonly again: boolean;
}

/** Where things are; tests have folders of their own. */
export interface Place {
  /** The repository, or whatever holds the results and the page. */
  readonly root: string;
  /** Of the sources. */
  readonly sources: string;
  readonly parts?: readonly Part[];
}

/** What a run is made in. */
interface Surroundings {
  readonly asked: Asked;
  readonly place: Place;
  readonly io: Io;
  readonly by: ReturnType<typeof surroundings>;
}

const CHECKPOINTS = "build/experiments";

/** A run that is to be made. */
interface Job {
  readonly experiment: Experiment;
  readonly row: Row;
  readonly key: RunKey;
}

/** @throws ConfigError naming what is unknown or missing, before the first run; the reason of the signal */
export async function runExperiments(asked: Asked, place: Place, io: Io): Promise<void> {
  const { root, parts = PARTS } = place;
  const results = join(root, RESULTS);
  const chosen = chosenOf(asked, parts);
  const jobs = missingOf(chosen, asked, await readRuns(results));
  if (jobs.length === 0) io.stdout.write("Every run is finished; --again repeats them.\n");
  for (const { experiment } of jobs) checkLog(experiment.log, asked.data);
  // Now: the program that runs is that of the sources as they are at its start.
  const by = surroundings(place.sources);
  let open: { readonly name: string; readonly log: SplitLog } | undefined;
  for (const [i, job] of jobs.entries()) {
    io.signal.throwIfAborted();
    const { log: name } = job.experiment;
    if (open?.name !== name) open = { name, log: await readLog(name, asked.data) };
    const title = `${i + 1} of ${jobs.length}: ${nameOf(job.experiment, job.row, job.key)}`;
    const run = await finished(job, open.log, title, { asked, place, io, by });
    await addRun(results, run);
    forget(job.key, join(root, CHECKPOINTS));
    await render(place);
    tell(job, run, io);
  }
}

/** @throws ConfigError naming what is unknown or missing; the reason of the signal */
export async function runTunings(asked: Asked, { root }: Place, io: Io): Promise<void> {
  const known = TUNINGS.map(({ name }) => name);
  const names = asked.names.length === 0 ? [""] : asked.names;
  for (const name of names) {
    if (!known.includes(name)) throw new ConfigError("--tune", known.join(", "), name);
  }
  for (const tuning of TUNINGS.filter(({ name }) => names.includes(name))) {
    const log = await readLog(tuning.log, asked.data);
    await runTuning(tuning, log, { root, threads: asked.threads, io });
  }
}

/** Writes the page and its plots from the results. */
export async function render({ root, parts }: Place): Promise<void> {
  const runs = await readRuns(join(root, RESULTS));
  const { page, plots } = rendered(runs, await readTimes(root), parts);
  for (const [path, text] of [[PAGE, page] as const, ...plots]) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeWhole(file, new TextEncoder().encode(text));
  }
}

/** What there is, and how much of it is finished. */
export async function list({ root, parts = PARTS }: Place, io: Io): Promise<void> {
  const runs = await readRuns(join(root, RESULTS));
  for (const { heading, experiments } of parts) {
    io.stdout.write(`${heading}\n`);
    for (const experiment of experiments) {
      const known = experiment.rows.map((row) => knownOf(experiment, row, runs));
      const done = known.reduce((sum, each) => sum + each.runs.length, 0);
      const wanted = known.reduce((sum, each) => sum + each.wanted, 0);
      io.stdout.write(`  ${experiment.name.padEnd(26)} ${done} of ${wanted} runs\n`);
    }
  }
  io.stdout.write(`${MINUTES}: seconds to the official code's quality\n`);
}

function chosenOf({ names, only }: Asked, parts: readonly Part[]): (readonly [Experiment, Row])[] {
  const experiments = parts.flatMap((part) => part.experiments);
  const known = experiments.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name))
      throw new ConfigError("experiment", [...known, MINUTES].join(", "), name);
  }
  const rows = experiments
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .flatMap((experiment) => experiment.rows.map((row) => [experiment, row] as const));
  // A whole label means that row, even where others have it as a part.
  const isWhole = rows.some(([, { label }]) => label === only);
  const wanted = rows.filter(([, { label }]) =>
    isWhole ? label === only : only === undefined || label.includes(only),
  );
  if (wanted.length > 0) return wanted;
  const labels = rows.map(([, { label }]) => label).join("; ");
  throw new ConfigError("--only", `a part of one of ${labels}`, only);
}

/** Those of several tables once. */
function missingOf(
  chosen: readonly (readonly [Experiment, Row])[],
  { again, seed }: Asked,
  runs: readonly Run[],
): Job[] {
  const jobs: Job[] = [];
  for (const [experiment, row] of chosen) {
    for (const key of keysOf(experiment, row)) {
      if (seed !== undefined && key.seed !== null && key.seed !== seed) continue;
      const isKnown = !again && runOf(runs, key) !== undefined;
      const isListed = jobs.some((job) => JSON.stringify(job.key) === JSON.stringify(key));
      if (!isKnown && !isListed) jobs.push({ experiment, row, key });
    }
  }
  return jobs;
}

async function finished(
  { experiment, row, key }: Job,
  log: SplitLog,
  title: string,
  { asked, place, io, by }: Surroundings,
): Promise<Run> {
  const { threads, every } = asked;
  const progress = createProgress(io.stderr, title, { env: io.env });
  const watch = {
    threads,
    folder: join(place.root, CHECKPOINTS),
    every,
    code: by.code,
    signal: io.signal,
    onProgress: (done: number, total: number, note: string) => progress.update(done, total, note),
    say(sentence: string) {
      progress.clear();
      io.stderr.write(`${nameOf(experiment, row, key)}: ${sentence}\n`);
    },
  };
  try {
    const measured = await runOnce(key, row, log, experiment.lists, watch);
    const command = commandOf(experiment, row);
    return { ...key, ...measured, command, ...by, threads, data: log.data };
  } finally {
    progress.finish();
  }
}

/** What repeats a row. */
export function commandOf({ name }: Experiment, { label }: Row): string {
  return `npm run experiments -- ${name} --only ${JSON.stringify(label)} --again`;
}

function nameOf({ name }: Experiment, { label }: Row, { seed }: RunKey): string {
  return `${name}, ${label}${seed === null ? "" : `, seed ${seed}`}`;
}

function tell({ experiment, row, key }: Job, run: Run, io: Io): void {
  const [list] = experiment.lists;
  const figures = experiment.measures.map(
    (measure) => `${measure} ${digits(figureOf(run, list!, measure))}`,
  );
  const told = run.failure ?? figures.join("  ");
  const time = formatSeconds(60 * run.minutes);
  io.stdout.write(`${nameOf(experiment, row, key)}: ${told}  (${time})\n`);
}

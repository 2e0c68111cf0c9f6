/**
 * The results file: a line of JSON for each run that is finished. A run is known by what was done, not by the name of
 * its row, so that tables share the runs that they have in common.
 */

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { addLine, readLines } from "./ndjson.js";
import { resolvedOptions } from "./options.js";
import type { Experiment, Options, Row, Run } from "./types.js";

/** A run that is to be, or is there. */
export type RunKey = Pick<Run, "log" | "model" | "options" | "seed">;

/** One for each seed; none while its options are searched for. */
export function keysOf({ log }: Pick<Experiment, "log">, row: Row): RunKey[] {
  if (row.tuning !== undefined && row.options === undefined) return [];
  const options = resolvedOptions(row);
  const seeds = row.seeds.length === 0 ? [null] : row.seeds;
  return seeds.map((seed) => ({ log, model: row.model, options, seed }));
}

export function runOf(runs: readonly Run[], key: RunKey): Run | undefined {
  return runs.find((run) => isSame(run, key));
}

/** @param key with all options that there are today */
function isSame(run: RunKey, key: RunKey): boolean {
  const names = ["log", "model", "seed"] as const;
  return names.every((name) => run[name] === key[name]) && alike(today(run), key.options);
}

const completed = new WeakMap<RunKey, Options>();

/** An option that came after a run has its default there: what is new changes nothing unless it is asked for. */
function today(run: RunKey): Options {
  const known = completed.get(run);
  if (known) return known;
  let options = run.options;
  try {
    options = resolvedOptions({ label: "", model: run.model, seeds: [], options });
  } catch {
    // An option of it is no more: it stays as it was, and no row is alike.
  }
  completed.set(run, options);
  return options;
}

function alike(one: Options, other: Options): boolean {
  // Options that come from code may be frozen or of other prototypes than those from the file.
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));
}

/** A name for its files. */
export function idOf({ log, model, options, seed }: RunKey): string {
  const hash = createHash("sha256").update(JSON.stringify(options)).digest("hex");
  return [log, model, hash.slice(0, 12), ...(seed === null ? [] : [seed])].join("-");
}

/** @throws FormatError naming the line that is no run */
export function readRuns(file: string): Promise<Run[]> {
  return readLines<Run>(file, "a run", ["log", "model", "options", "seed", "values"]);
}

/** Adds a run, in the place of the same one if that is there. */
export async function addRun(file: string, run: Run): Promise<void> {
  await addLine(file, await readRuns(file), run, (other) => isSame(other, run));
}

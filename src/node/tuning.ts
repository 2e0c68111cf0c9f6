/**
 * Tuning whose trials are kept in a file: a line of JSON for the tuning, then one for each trial that is over. A
 * line that the end of the process cut off does not count.
 */

import { type FileHandle, open } from "node:fs/promises";
import { ConfigError, FormatError, words } from "../errors.js";
import {
  type Objective,
  tune as search,
  type Trial,
  type TuneOptions,
  type Tuning,
} from "../index.js";
import type { Address } from "../platform.js";
import { checkWritable, pathOf, readWhole } from "./files.js";

/** As in the root entry, but trials are kept in a file. */
export interface NodeTuneOptions extends Omit<TuneOptions, "done"> {
  /** Where trials are kept. If it holds some of the same tuning, they are not run again. */
  readonly log?: string | Address | undefined;
  /** What the trials are measured on, in any words: a file that tells of other data is refused. */
  readonly data?: string | undefined;
}

const VERSION = 1;

/**
 * `tune` of the root entry, which goes on where it was ended, by whatever: `log: "trials.jsonl"`.
 *
 * @throws ConfigError also when the file is that of another tuning; FormatError when it is none
 */
export async function tune(objective: Objective, given: NodeTuneOptions): Promise<Tuning> {
  const { log, data, ...options } = given ?? {};
  if (data !== undefined && typeof data !== "string") throw new ConfigError("data", "text", data);
  if (log === undefined) return search(objective, given === undefined ? given : options);
  const path = pathOf(log);
  await checkWritable(path);
  const { space, sampler = "tpe", round = 4, halving = true, seed = 42 } = options;
  const identity = { space, sampler, round, halving, seed, data: data ?? null };
  const head = JSON.stringify({ type: "tuning", version: VERSION, ...identity });
  const { done, length } = await readLog(path, head);
  const file = await open(path, "a");
  try {
    await file.truncate(length);
    if (length === 0) await append(file, head);
    const onTrial = async (trial: Trial): Promise<void> => {
      await append(file, JSON.stringify({ type: "trial", ...trial }));
      await options.onTrial?.(trial);
    };
    return await search(objective, { ...options, done, onTrial });
  } finally {
    await file.close();
  }
}

async function append(file: FileHandle, line: string): Promise<void> {
  await file.appendFile(`${line}\n`);
  await file.sync();
}

/** Trials of a file, and the bytes of its whole lines; none where there is no file. */
async function readLog(
  path: string,
  head: string,
): Promise<{ readonly done: Trial[]; readonly length: number }> {
  const bytes = await readWhole(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return new Uint8Array(0);
    throw error;
  });
  const length = bytes.lastIndexOf(10) + 1;
  const [first, ...lines] = new TextDecoder().decode(bytes.subarray(0, length)).split("\n");
  if (length === 0) return { done: [], length };
  if (first !== head) {
    const isTuning = first?.startsWith('{"type":"tuning"');
    const found = words(isTuning ? "one of another" : "something else");
    const expected = "the trials of this tuning (space, sampler, round, halving, seed, data)";
    throw new ConfigError("log", expected, found, `Name another file than ${path}.`);
  }
  return {
    done: lines.slice(0, -1).map((line, i) => trialIn(line, `${path}, line ${i + 2}`)),
    length,
  };
}

function trialIn(line: string, where: string): Trial {
  try {
    const { type, ...trial } = JSON.parse(line) as Trial & { readonly type: unknown };
    const isTrial = Number.isInteger(trial.number) && Array.isArray(trial.values);
    if (type === "trial" && isTrial && Array.isArray(trial.figures)) return trial;
  } catch {
    // What is no JSON is no trial.
  }
  throw new FormatError(where, "a trial", line);
}

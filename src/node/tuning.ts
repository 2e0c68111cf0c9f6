/**
 * Tuning whose trials are kept in a file: a line of JSON for the tuning, then one for each trial that is over. A
 * line that the end of the process cut off does not count.
 */

import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { checkFunction, checkList } from "../checks.js";
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
import { sourcesOf } from "./sources.js";

/** As in the root entry, but trials are kept in a file. */
export interface NodeTuneOptions extends Omit<TuneOptions, "done"> {
  /** Where trials are kept. If it holds some of the same tuning, they are not run again. */
  readonly log?: string | Address | undefined;
  /** What the trials are measured on, in any words: a file that tells of other data is refused. */
  readonly data?: string | undefined;
  /**
   * Tables that trials learn from or are measured on: paths or patterns. `log` keeps a hash of what they hold, and
   * one of other contents is refused.
   */
  readonly files?: readonly (string | Address)[] | undefined;
  /** Hears of the trials that `log` has already, if any, before others run. */
  readonly onResume?: ((trials: readonly Trial[]) => unknown) | undefined;
}

const VERSION = 1;

/**
 * `tune` of the root entry, which goes on where it was ended, by whatever: `log: "trials.jsonl"`.
 *
 * @throws ConfigError also when the file is that of another tuning; FormatError when it is none
 */
export async function tune(objective: Objective, given: NodeTuneOptions): Promise<Tuning> {
  const { log, data, files = [], onResume, ...options } = given ?? {};
  if (data !== undefined && typeof data !== "string") throw new ConfigError("data", "text", data);
  checkList("files", files, "paths");
  checkFunction("onResume", onResume);
  if (log === undefined) return search(objective, given === undefined ? given : options);
  const path = pathOf(log);
  await checkWritable(path);
  const { space, sampler = "tpe", round = 4, halving = true, seed = 42 } = options;
  const contents = await hashesOf(files);
  const head = { type: "tuning", version: VERSION, space, sampler, round, halving, seed };
  const whole = { ...head, data: data ?? null, ...(contents.length > 0 && { contents }) };
  const { done, length } = await readLog(path, whole);
  if (done.length > 0) await onResume?.(done);
  const file = await open(path, "a");
  try {
    await file.truncate(length);
    if (length === 0) await append(file, JSON.stringify(whole));
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
  head: object,
): Promise<{ readonly done: Trial[]; readonly length: number }> {
  const bytes = await readWhole(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return new Uint8Array(0);
    throw error;
  });
  const length = bytes.lastIndexOf(10) + 1;
  const [first, ...lines] = new TextDecoder().decode(bytes.subarray(0, length)).split("\n");
  if (length === 0) return { done: [], length };
  if (first !== JSON.stringify(head)) {
    const remedy = `Name another file than ${path}, or remove it: its trials do not compare with new ones.`;
    throw new ConfigError(
      "log",
      "the trials of this tuning",
      words(othersIn(first!, head)),
      remedy,
    );
  }
  return {
    done: lines.slice(0, -1).map((line, i) => trialIn(line, `${path}, line ${i + 2}`)),
    length,
  };
}

/** What differs between the first line of a file and that of this tuning. */
function othersIn(line: string, head: object): string {
  let held: Record<string, unknown> | null = null;
  try {
    held = JSON.parse(line);
  } catch {
    // What is no JSON is no tuning.
  }
  if (held?.type !== "tuning") return "something else";
  const all = { ...head, ...held };
  const differ = Object.keys(all).filter((name) => {
    const own = (head as Record<string, unknown>)[name];
    return JSON.stringify(held[name]) !== JSON.stringify(own);
  });
  return `one with another ${differ.map((name) => (name === "contents" ? "log to learn from" : name)).join(", ")}`;
}

/** SHA-256 of each file. */
async function hashesOf(files: readonly (string | Address)[]): Promise<string[]> {
  if (files.length === 0) return [];
  const hashes: string[] = [];
  const paths = files.map(pathOf);
  for (const { stream } of (await sourcesOf(paths)) as readonly Streamed[]) {
    const hash = createHash("sha256");
    for await (const bytes of stream()) hash.update(bytes);
    hashes.push(hash.digest("hex"));
  }
  return hashes;
}

interface Streamed {
  stream(): ReadableStream<Uint8Array>;
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

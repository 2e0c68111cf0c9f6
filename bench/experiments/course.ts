/** Where a training goes on from: its checkpoint, and beside it by which code it began, its seconds and its losses. */

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { sentence, words } from "../../src/errors.js";
import { reasonOf } from "../../src/node/files.js";
import type { NodeTrainOptions } from "../../src/node.js";
import type { SplitLog } from "./files.js";
import { idOf, type RunKey } from "./results.js";

/** What decides whether a checkpoint is gone on from. */
interface Origin {
  /** Hash of the sources. */
  readonly code: string;
  readonly data: SplitLog["data"];
}

/** What stands beside a checkpoint. */
interface Begun extends Origin {
  readonly seconds: number;
  readonly losses: readonly (number | null)[];
}

export interface CourseOptions {
  readonly key: RunKey;
  readonly origin: Origin;
  /** Of the checkpoints. */
  readonly folder: string;
  /** Seconds between two checkpoints. */
  readonly every: number;
  /** Hears a sentence that the user must know. */
  readonly say: (sentence: string) => void;
}

export class Course {
  readonly #options: CourseOptions;
  readonly #before: number;
  readonly #started = performance.now();
  readonly #losses: (number | null)[];

  constructor(options: CourseOptions) {
    const { key, origin, folder, say } = options;
    this.#options = options;
    try {
      mkdirSync(folder, { recursive: true });
    } catch (cause) {
      throw unwritten(folder, cause);
    }
    let before = begunIn(begunOf(key, folder));
    const other = before && differenceOf(before, origin);
    if (other) {
      say(`It was started with other ${other}, and starts anew.`);
      before = undefined;
    }
    if (!before) forget(key, folder);
    this.#before = before?.seconds ?? 0;
    this.#losses = [...(before?.losses ?? [])];
    this.#keep();
  }

  get seconds(): number {
    return this.#before + (performance.now() - this.#started) / 1000;
  }

  /** Of each epoch; null where the process ended between an epoch and its report. */
  get losses(): readonly (number | null)[] {
    return this.#losses;
  }

  addLoss(epoch: number, loss: number): void {
    this.#losses[epoch - 1] = Number(loss.toFixed(6));
    this.#keep();
  }

  /** An option of the training. */
  get checkpoint(): NonNullable<NodeTrainOptions["checkpoint"]> {
    const { key, folder, every, say } = this.#options;
    return {
      path: checkpointOf(key, folder),
      every,
      resume: true,
      onResumed: ({ epochs, step }) => {
        const known = this.#losses.slice(0, epochs);
        this.#losses.length = 0;
        for (let i = 0; i < epochs; ++i) this.#losses.push(known[i] ?? null);
        say(`It goes on after ${epochs} epochs and ${step} mini-batches.`);
      },
      onSaved: () => this.#keep(),
    };
  }

  #keep(): void {
    const { key, origin, folder } = this.#options;
    const kept: Begun = { ...origin, seconds: this.seconds, losses: this.#losses };
    write(begunOf(key, folder), JSON.stringify(kept));
  }
}

/** Removes what a run that is finished does not need any more. */
export function forget(key: RunKey, folder: string): void {
  rmSync(checkpointOf(key, folder), { force: true });
  rmSync(begunOf(key, folder), { force: true });
}

/** At once: a moment later the process may be gone. */
function write(file: string, text: string): void {
  const temporary = `${file}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw unwritten(file, cause);
  }
}

function unwritten(path: string, cause: unknown): Error {
  return new Error(sentence(path, "to write it", words(reasonOf(cause))), { cause });
}

function checkpointOf(key: RunKey, folder: string): string {
  return join(folder, `${idOf(key)}.checkpoint`);
}

function begunOf(key: RunKey, folder: string): string {
  return join(folder, `${idOf(key)}.json`);
}

function begunIn(file: string): Begun | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Begun;
  } catch {
    return undefined; // never begun, or cut off by a power cut: it begins anew
  }
}

function differenceOf(before: Begun, { code, data }: Origin): "code" | "data" | undefined {
  if (before.code !== code) return "code";
  return isDeepStrictEqual(before.data, data) ? undefined : "data";
}

/** Makes checkpoints of a training, when one is due, and hands them over. */

import { CheckpointError, DivergedError, sentence, words } from "../errors.js";
import type { Door } from "../models/door.js";
import type { StoredWeights } from "../models/stored-weights.js";
import { storeTensors } from "../network/transfer.js";
import type { Job } from "../threads/job.js";
import { beginCheckpoint } from "./checkpoint.js";
import { diverged } from "./divergence.js";
import type { Identity } from "./identity.js";
import { isPlace } from "./messages.js";
import { type Progress, placeOf } from "./progress.js";
import type { CheckpointOptions } from "./run-options.js";

/** Seconds. */
const DEFAULT_EVERY = 300;

/** Weights to keep beside the tables: the model's, and the best ones where they are others. */
interface Kept {
  readonly door: Door<StoredWeights>;
  readonly best: StoredWeights | undefined;
}

export class Keeper {
  readonly #options: CheckpointOptions;
  readonly #identity: Identity;
  readonly #job: Job;
  #keptAt = performance.now();
  /** What was kept last, in words. */
  #kept = "";

  constructor(options: CheckpointOptions, identity: Identity, job: Job) {
    this.#options = options;
    this.#identity = identity;
    this.#job = job;
  }

  get isDue(): boolean {
    const { every = DEFAULT_EVERY } = this.#options;
    return performance.now() - this.#keptAt >= every * 1000;
  }

  /** A checkpoint that training has just gone on from need not be made again. */
  resumedAt(progress: Progress): void {
    this.#kept = nameOf(progress);
    this.#keptAt = performance.now();
    this.#options.onResumed?.(placeOf(progress));
  }

  /**
   * Makes and hands over a checkpoint, unless the last one says the same.
   *
   * @throws CheckpointError when it cannot be kept and nobody listens to failures; DivergedError when
   *   there is a number in it that is not finite, from which no training could go on
   */
  async keep(progress: Progress, weights: Kept): Promise<void> {
    if (this.#kept === nameOf(progress)) return;
    let bytes: Uint8Array<ArrayBuffer> | undefined;
    try {
      bytes = await this.#make(progress, weights);
      await this.#options.save(bytes, placeOf(progress));
      this.#kept = nameOf(progress);
    } catch (cause) {
      if (cause instanceof DivergedError) throw cause; // there is nothing to try again
      const error = failure(cause, bytes);
      if (!this.#options.onFailure) throw error;
      this.#options.onFailure(error);
    } finally {
      this.#keptAt = performance.now();
    }
  }

  async #make(progress: Progress, { door, best }: Kept): Promise<Uint8Array<ArrayBuffer>> {
    const within = progress.within && (await this.#job.call("place", undefined, [], isPlace));
    const { bytes, write } = await door.during((model) =>
      beginCheckpoint(this.#identity, progress, { model, best }, within),
    );
    const { tables } = this.#identity.plan;
    const broken = await storeTensors(this.#job, tables, ({ name, columns }, begin, values) =>
      write(name, begin * columns, values),
    );
    if (!broken) return bytes;
    const { epochs, within: { steps } = { steps: 0 } } = progress;
    const found = `a number of ${broken.name} is not finite`;
    throw diverged(epochs + 1, steps, found, this.#identity.plan.learning);
  }
}

function nameOf({ epochs, within }: Progress): string {
  return `epoch ${epochs}, step ${within?.steps ?? 0}`;
}

function failure(cause: unknown, bytes: Uint8Array<ArrayBuffer> | undefined): CheckpointError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const expected = bytes ? `to keep ${bytes.length} bytes` : "to be made";
  return new CheckpointError(sentence("checkpoint", expected, words(said)), bytes, { cause });
}

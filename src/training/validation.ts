/** Early stopping: measures a model on sessions of its own after every epoch, and remembers the best. */

import type { Sessions } from "../data/sessions.js";
import type { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import { testCases } from "../ranking/cases.js";
import { evaluate } from "../ranking/evaluate.js";
import type { Evaluation } from "../ranking/metrics.js";
import { fingerprint } from "./fingerprint.js";
import { DEFAULT_MONITOR, type Monitor, type TrainOptions } from "./options.js";
import type { Best } from "./progress.js";

/** What a validation found after an epoch. */
export interface ValidationReport {
  readonly monitor: Monitor;
  /** The monitored measure. */
  readonly value: number;
  /** Whether it is better than after every epoch before. */
  readonly isBest: boolean;
  readonly evaluation: Evaluation;
}

export class Validation {
  readonly #model: GRU4Rec;
  readonly #sessions: Sessions;
  readonly #options: TrainOptions;
  readonly #monitor: Monitor;
  best: Best | undefined;

  private constructor(model: GRU4Rec, sessions: Sessions, options: TrainOptions) {
    this.#model = model;
    this.#sessions = sessions;
    this.#options = options;
    this.#monitor = options.monitor ?? DEFAULT_MONITOR;
  }

  /** @throws ConfigError when there is nothing to measure on */
  static of(model: GRU4Rec, options: TrainOptions): Validation | undefined {
    const { validation } = options;
    if (!validation) return undefined;
    testCases(validation, model.items);
    return new Validation(model, validation, options);
  }

  /** Whether the best epoch is so long ago that training ends. */
  get isOver(): boolean {
    const { patience = Number.POSITIVE_INFINITY } = this.#options;
    return (this.best?.waited ?? 0) >= patience;
  }

  /** Equal for the same test cases and measure. */
  async identity(): Promise<string> {
    const { known } = testCases(this.#sessions, this.#model.items);
    return `${this.#monitor} ${await fingerprint(known.itemIndices, known.offsets)}`;
  }

  async measure(epoch: number): Promise<ValidationReport> {
    const [measure, cutoff] = this.#monitor.split("@") as ["recall" | "mrr" | "ndcg", string];
    const { threads, numerics, createWorker, signal } = this.#options;
    const evaluation = await evaluate(this.#model, this.#sessions, {
      ...{ cutoffs: [Number(cutoff)], ties: "conservative" },
      ...(threads !== undefined && { threads }),
      ...(numerics !== undefined && { numerics }),
      ...(createWorker && { createWorker }),
      ...(signal && { signal }),
    });
    const value = evaluation[measure][Number(cutoff)]!;
    const isBest = this.best === undefined || value > this.best.value;
    this.best = isBest
      ? { epoch, value, waited: 0 }
      : { ...this.best!, waited: this.best!.waited + 1 };
    return { monitor: this.#monitor, value, isBest, evaluation };
  }
}

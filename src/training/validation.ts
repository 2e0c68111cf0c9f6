/** Early stopping: measures a model after every epoch, and remembers the best. */

import type { Examples } from "../data/examples.js";
import type { Sessions } from "../data/sessions.js";
import type { TwoTowers } from "../models/two-towers/two-towers.js";
import { answeringOf } from "../ranking/answering.js";
import type { JobCases } from "../ranking/case-columns.js";
import { jobCases } from "../ranking/cases.js";
import { type ResolvedChoices, resolveChoices } from "../ranking/choices.js";
import { evaluate } from "../ranking/evaluate.js";
import type { Evaluation } from "../ranking/metrics.js";
import { fingerprint } from "./fingerprint.js";
import type { Best } from "./progress.js";
import { DEFAULT_MONITOR, type Monitor, type RunOptions } from "./run-options.js";

/** What a validation found after an epoch. */
export interface ValidationReport {
  /** What is compared. */
  readonly monitor: Monitor;
  /** The monitored measure. */
  readonly value: number;
  /** Whether it is better than after every epoch before. */
  readonly isBest: boolean;
  /** All that was measured. */
  readonly evaluation: Evaluation;
}

export class Validation {
  readonly #model: TwoTowers;
  readonly #cases: Sessions | Examples;
  readonly #options: RunOptions<unknown>;
  readonly #monitor: Monitor;
  readonly #choices: ResolvedChoices;
  best: Best | undefined;

  private constructor(
    model: TwoTowers,
    cases: Sessions | Examples,
    options: RunOptions<Sessions | Examples>,
  ) {
    this.#model = model;
    this.#cases = cases;
    this.#options = options;
    this.#monitor = options.monitor ?? DEFAULT_MONITOR;
    this.#choices = resolveChoices(options);
  }

  /** @throws ConfigError when there is nothing to measure on */
  static async of(
    model: unknown,
    options: RunOptions<Sessions | Examples>,
  ): Promise<Validation | undefined> {
    const { validation } = options;
    if (validation === undefined) return undefined;
    // A model is evaluated on the kind of data that it is trained on.
    const made = new Validation(model as TwoTowers, validation, options);
    await made.#testCases();
    return made;
  }

  /** Whether `patience` epochs have passed since the best one: then training ends. */
  get isOver(): boolean {
    const { patience = Number.POSITIVE_INFINITY } = this.#options;
    return (this.best?.waited ?? 0) >= patience;
  }

  /** Equal for the same test cases and measure. */
  async identity(): Promise<string> {
    const { columns } = await this.#testCases();
    const { excludeSeen, lastOnly, unknown } = this.#choices;
    const chosen = [
      excludeSeen && "excludeSeen",
      lastOnly && "lastOnly",
      unknown === "miss" && unknown,
    ];
    const names = [this.#monitor, ...chosen.filter(Boolean)].join(" ");
    return `${names} ${await fingerprint(...Object.values(columns))}`;
  }

  async measure(epoch: number): Promise<ValidationReport> {
    const [measure, cutoff] = this.#monitor.split("@") as ["recall" | "mrr" | "ndcg", string];
    const { threads, numerics, createWorker, signal } = this.#options;
    const evaluation = await evaluate(this.#model, this.#cases, {
      cutoffs: [Number(cutoff)],
      ties: "conservative",
      threads,
      numerics,
      createWorker,
      signal,
      ...this.#choices,
    });
    const value = evaluation[measure][Number(cutoff)]!;
    const isBest = this.best === undefined || value > this.best.value;
    this.best = isBest
      ? { epoch, value, waited: 0 }
      : { ...this.best!, waited: this.best!.waited + 1 };
    return { monitor: this.#monitor, value, isBest, evaluation };
  }

  #testCases(): Promise<JobCases> {
    return jobCases(answeringOf(this.#model)!, this.#cases, this.#choices);
  }
}

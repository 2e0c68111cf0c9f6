/**
 * What evaluations and lists of many visits need of a model, whatever it is: tensors to load into the
 * memory of a job, what turns clicks into states there, and the table that states are compared with.
 *
 *     clicks ─ read, position after position ─→ ─ finish ─→ state ─ · rows of the table ─→ scores
 */

import type { Items } from "../data/items.js";
import type { SlotMoves } from "../network/carry.js";
import type { NamedTensor } from "../network/weights.js";
import type { Kernels } from "../wasm/abi.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import type { ScoredTable } from "./quantized.js";

/** What a model's tables are planned from; structured-cloneable. */
export interface AnsweringConfig {
  /** Resolved options of the model. */
  readonly options: unknown;
  /** What may be clicked, and what is ranked: counts of items. */
  readonly items: number;
  readonly answers: number;
}

/** Reserves a model's tables in an arena; the same configuration gives the same plan. */
export type PlanAnswering = (arena: Arena, config: AnsweringConfig) => AnsweringPlan;

export interface AnsweringPlan {
  /** What `Answering.during` gives to load, by the same names. */
  readonly tensors: readonly NamedTensor[];
  readonly table: ScoredTable;
  /** Reserves room for a mini-batch of visits: `slots` of them, and so many clicks of each at a time. */
  visits(positions: number, slots: number): VisitBuffers;
}

/** How clicks lie in a mini-batch, and where they are: see src/network/positions.ts. */
export interface ReadStep {
  /** Address of i32[R]. */
  readonly items: number;
  readonly starts: Int32Array;
  /** Which of two buffers of hidden states is read; the other one is written. */
  readonly parity: 0 | 1;
  /** Whether all visits begin here; else their states are there already. */
  readonly fresh: boolean;
  /** Address of scratch, f32[PANEL_FLOATS], one per thread. */
  readonly panel: number;
}

/** Visits on their way to states. Threads take ranges of slots and need not meet. */
export interface VisitBuffers {
  /** f32[slots, columns of a product with the table] */
  readonly states: Tensor;
  /** Once, after the arena is there. */
  prepare(): void;
  /** Reads clicks of slots [begin, end). */
  read(kernels: Kernels, step: ReadStep, begin: number, end: number): void;
  /**
   * Writes the states of slots [begin, end) whose last click is read.
   *
   * @param moments address of i32[slots] buckets of time; without meaning where time does not count
   */
  finish(kernels: Kernels, moments: number, panel: number, begin: number, end: number): void;
  /** Moves the states that the next click is read from; one thread, while the others wait. */
  carry(parity: 0 | 1, moves: SlotMoves): void;
}

/** Weights to load into a job: f32[rows, columns] of each tensor, copied. */
export interface AnsweringWeights {
  readonly tensors: readonly NamedTensor[];
  read(tensor: NamedTensor, begin: number, rows: number): Float32Array<ArrayBuffer>;
}

/** How a model reads visits. */
export interface Reading {
  /** How many of the last clicks; 0 is all of them, one after the other. */
  readonly windowLength: number;
  /** The row that fills up short windows; undefined leaves them short. */
  readonly pad: number | undefined;
  /** The row that unknown items are read as; undefined where they are skipped. */
  readonly unknown: number | undefined;
  /** Times that part the rows of time; none where time does not count. */
  readonly timeBoundaries: readonly number[];
}

/** A model as what answers. */
export interface Answering {
  /** Names the programs that run it. */
  readonly kind: "gru4rec" | "two-towers";
  readonly plan: PlanAnswering;
  readonly config: AnsweringConfig;
  readonly reading: Reading;
  /** What may be clicked, and what is ranked and recommended. */
  readonly items: Items;
  readonly answers: Items;
  /** Multiply-adds from one click to the next, and of one product with a row of the table. */
  readonly products: { readonly click: number; readonly score: number };
  /** Where time may count: the bucket of a time, or of none. Throws ConfigError. */
  readonly momentOf?: (time: number | undefined) => number;
  /** Throws DisposedError when the model has no weights any more. */
  check(): void;
  /** Lets the weights be read in turns; new ones wait meanwhile. */
  during<Result>(load: (weights: AnsweringWeights) => Promise<Result>): Promise<Result>;
}

type AnsweringOf = (model: object) => Answering | undefined;

const kinds: AnsweringOf[] = [];

/** Called by classes of models that answer, as they are loaded: so nobody loads those that are not used. */
export function registerAnswering(of: AnsweringOf): void {
  kinds.push(of);
}

/** @returns undefined for what is no model of a registered class */
export function registeredAnswering(model: object): Answering | undefined {
  for (const of of kinds) {
    const answering = of(model);
    if (answering) return answering;
  }
  return undefined;
}

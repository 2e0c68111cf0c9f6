/**
 * What evaluations and lists of many visits need of any model: tensors to load into the memory of a
 * job, functions that turn clicks into states there, and the table that states are compared with.
 *
 *     clicks ─ read, position after position ─→ ─ finish ─→ state ─ · rows of the table ─→ scores
 */

import type { Items } from "../data/items.js";
import type { SlotMoves } from "../network/carry.js";
import type { NamedTensor } from "../network/weights.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import type { ServingKernels } from "../wasm/serving.js";
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
  /** Reserves room for a mini-batch of `slots` visits that read `positions` clicks at a time. */
  visits(positions: number, slots: number): VisitBuffers;
}

/** Where the clicks of a mini-batch stand in memory: see src/network/positions.ts. */
export interface ReadStep {
  /** Address of i32[R]. */
  readonly items: number;
  readonly starts: Int32Array;
  /** Which of two buffers of hidden states is read; the other one is written. */
  readonly parity: 0 | 1;
  /** Whether all visits begin here; else their states are in the buffer that is read. */
  readonly fresh: boolean;
  /** Address of scratch, f32[PANEL_FLOATS], one per thread. */
  readonly panel: number;
}

/** Turns visits into states. Threads take ranges of slots and need no barrier. */
export interface VisitBuffers {
  /** f32[slots, columns of a product with the table] */
  readonly states: Tensor;
  /** Called once, after the arena is committed. */
  prepare(): void;
  /** Reads clicks of slots [begin, end). */
  read(kernels: ServingKernels, step: ReadStep, begin: number, end: number): void;
  /**
   * Writes the states of slots [begin, end) whose last click is read.
   *
   * @param moments address of i32[slots] buckets of time; without meaning where time does not count
   */
  finish(kernels: ServingKernels, moments: number, panel: number, begin: number, end: number): void;
  /** Moves states to the slots that read the next click. One thread does it while the others wait. */
  carry(parity: 0 | 1, moves: SlotMoves): void;
}

/** Weights to load into a job. `read` copies f32[rows, columns] of a tensor. */
export interface AnsweringWeights {
  readonly tensors: readonly NamedTensor[];
  read(tensor: NamedTensor, begin: number, rows: number): Float32Array<ArrayBuffer>;
}

/** How a model reads visits. */
export interface Reading {
  /** How many of the last clicks count; 0 is all clicks, each changing a state that is kept. */
  readonly windowLength: number;
  /** The row that fills up short windows; undefined leaves them short. */
  readonly pad: number | undefined;
  /** The row that unknown items are read as; undefined where they are skipped. */
  readonly unknown: number | undefined;
  /** The boundaries between buckets of time; empty where time does not count. */
  readonly timeBoundaries: readonly number[];
}

/** A model that scores items. */
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
  /** Calls `load` with the weights; new weights wait until its promise settles. */
  during<Result>(load: (weights: AnsweringWeights) => Promise<Result>): Promise<Result>;
}

type AnsweringOf = (model: object) => Answering | undefined;

const kinds: AnsweringOf[] = [];

/** Each class of models calls this when its module is loaded, so a bundle holds only the classes it uses. */
export function registerAnswering(of: AnsweringOf): void {
  kinds.push(of);
}

/** @returns undefined when the class of `model` is not registered */
export function registeredAnswering(model: object): Answering | undefined {
  for (const of of kinds) {
    const answering = of(model);
    if (answering) return answering;
  }
  return undefined;
}

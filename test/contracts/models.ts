/** Both models as the contract tests see them: what is promised of one is promised of the other. */

import type { EpochReport, TrainOptions } from "../../src/index.js";
import { gru4rec } from "./gru4rec.js";
import { twoTowers } from "./two-towers.js";

/** What both models have in common. */
export interface Model extends Disposable {
  toBytes(): Uint8Array<ArrayBuffer>;
  dispose(): void;
}

/** Options that both take, and others for one of them. */
export type Options = Pick<
  TrainOptions,
  Exclude<keyof TrainOptions, "validation" | "order" | "negatives">
> & { readonly [option: string]: unknown };

/** A made log and models of its items. */
export interface Setting {
  /** With its first weights, always the same ones. */
  create(options?: object): Promise<Model>;
  train(model: Model, options: Options): AsyncGenerator<EpochReport, void, void>;
  fit(model: Model, options: Options): Promise<EpochReport[]>;
  /** What it is trained on. */
  readonly data: unknown;
  /** How many pairs an epoch plays. */
  readonly events: number;
  /** Another log of the same items, to measure on. */
  readonly held: unknown;
}

export interface Contract {
  readonly name: string;
  /** Few pairs of 15 items. */
  readonly tiny: Setting;
  /** Some pairs of 40 items. */
  readonly small: Setting;
  /** An epoch takes some seconds. */
  readonly long: Setting;
  /** Few pairs of 40,000 items: 16 MB of weights. */
  readonly wide: Setting;
  /** Options that make 43 MB of weights of it. */
  readonly larger: object;
  /** So many pairs that preparing them takes seconds; over a catalogue in another order. */
  readonly huge: () => Setting;
  readonly fromBytes: (bytes: Uint8Array) => Promise<Model>;
  /** What each way of reading a model gives at once, as a text. */
  readonly reads: Readonly<Record<string, (model: Model) => string>>;
  /** What each way of reading it gives in the end. */
  readonly measures: Readonly<Record<string, (model: Model) => Promise<string>>>;
  readonly evaluate: (model: Model, setting: Setting, options: object) => Promise<string>;
  /** Kinds of training that between them go every way through a step. */
  readonly kinds: Readonly<Record<string, { readonly model?: object; readonly training?: object }>>;
  /** Under these the best of six epochs is not the last one. */
  readonly wild: Options;
  /** Under these a number is not finite in the first mini-batches, and in a later epoch. */
  readonly diverging: readonly { readonly model?: object; readonly training: object }[];
  readonly growing: Options;
  /** The log to measure the tiny setting on, with a listener to its being read. */
  readonly watched: (onRead: () => void) => unknown;
  /** A program on the package at DIST: `model`, another one by `again()`, `train` and `fit` without data. */
  readonly program: string;
}

export const MODELS: readonly Contract[] = [gru4rec, twoTowers];

/** Few epochs on the calling thread. */
export const QUICK = { epochs: 4, batchSize: 8, negatives: 8, threads: 0 } as const;

/** A short name of a model's bytes: equal when, as good as certainly, all of them are. */
export function fingerprint(model: Model): string {
  let hash = 0xcbf29ce484222325n;
  const bytes = model.toBytes();
  const whole = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  whole.set(bytes);
  for (const word of new BigUint64Array(whole.buffer)) {
    hash = BigInt.asUintN(64, (hash ^ word) * 0x100000001b3n);
  }
  return hash.toString(16);
}

/** The model after so many undisturbed epochs. */
export async function after(epochs: number, setting: Setting, options: Options): Promise<string> {
  using model = await setting.create();
  if (epochs > 0) await setting.fit(model, { ...options, epochs });
  return fingerprint(model);
}

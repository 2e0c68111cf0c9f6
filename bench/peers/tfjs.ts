/**
 * GRU4Rec on TensorFlow.js, to be raced against: cross-entropy, shared embedding, one layer, Adagrad
 * with momentum. Of the ways to write a step the fastest was kept:
 *
 * - tables are plain typed arrays: a tensor cannot be changed, and a new one of all items would be
 *   copied in every step; rows are gathered and stepped in JavaScript;
 * - the backward pass is written out, without the tape;
 * - no product takes a transposed operand, which the wasm backend computes in plain loops: where one
 *   is needed, the tensor is transposed first.
 */

import { type MiniBatch, sessionParallelBatches } from "../../src/data/batches.js";
import type { Sessions } from "../../src/index.js";
import { atOnce } from "../../src/pause.js";
import { type AliasTable, aliasTable } from "../../src/training/negatives.js";
import { mulberry } from "../data.js";

/** What is used of @tensorflow/tfjs-core. */
export interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tidy(run: () => void): void;
  tensor2d(values: Float32Array, shape: [number, number]): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  transpose(x: Tensor): Tensor;
  softmax(x: Tensor): Tensor;
  sigmoid(x: Tensor): Tensor;
  tanh(x: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor | number, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor | number): Tensor;
  sum(x: Tensor, axis: number, keepDims?: boolean): Tensor;
  concat(list: Tensor[], axis: number): Tensor;
  slice(x: Tensor, begin: [number, number], size: [number, number]): Tensor;
}

export interface Tensor {
  dataSync(): Float32Array;
}

export interface TensorFlowOptions {
  readonly size: number;
  readonly batchSize: number;
  readonly negatives: number;
  readonly sampleAlpha: number;
  readonly learningRate: number;
  readonly momentum: number;
}

/** Weights with their optimiser state, f32[rows, columns] each. */
class Table {
  readonly w: Float32Array;
  readonly accumulator: Float32Array;
  readonly velocity: Float32Array;

  constructor(
    rows: number,
    readonly columns: number,
    random: (() => number) | undefined,
  ) {
    const bound = Math.sqrt(6 / (rows + columns));
    this.w = Float32Array.from({ length: rows * columns }, () =>
      random ? bound * (2 * random() - 1) : 0,
    );
    this.accumulator = new Float32Array(rows * columns);
    this.velocity = new Float32Array(rows * columns);
  }

  /** One step of Adagrad with momentum of one row. */
  step(row: number, g: Float32Array, from: number, rate: number, momentum: number): void {
    const { w, accumulator, velocity, columns } = this;
    for (let i = 0, at = row * columns; i < columns; ++i, ++at) {
      const gradient = g[from + i]!;
      const sum = accumulator[at]! + gradient * gradient;
      accumulator[at] = sum;
      const v = momentum * velocity[at]! - (rate * gradient) / Math.sqrt(sum + 1e-6);
      velocity[at] = v;
      w[at]! += v;
    }
  }
}

export class TensorFlowTrainer {
  readonly #tf: TensorFlow;
  readonly #options: TensorFlowOptions;
  readonly #log: Sessions;
  readonly #random: () => number = mulberry(42);
  readonly #output: Table;
  readonly #bias: Table;
  readonly #input: Table;
  readonly #recurrent: Table;
  readonly #candidate: Table;
  readonly #gateBias: Table;
  readonly #alias: AliasTable;
  /** Where an item's gradients are summed in this step: its place, valid where it points back. */
  readonly #place: Int32Array;
  #batches: Iterator<MiniBatch, void, void> | undefined;
  #hidden: Float32Array;

  constructor(tf: TensorFlow, log: Sessions, options: TensorFlowOptions) {
    const { size } = options;
    this.#tf = tf;
    this.#log = log;
    this.#options = options;
    const { items } = log;
    this.#output = new Table(items.size, size, this.#random);
    this.#bias = new Table(items.size, 1, undefined);
    this.#input = new Table(size, 3 * size, this.#random);
    this.#recurrent = new Table(size, 2 * size, this.#random);
    this.#candidate = new Table(size, size, this.#random);
    this.#gateBias = new Table(1, 3 * size, undefined);
    this.#alias = atOnce(aliasTable(items.support, options.sampleAlpha));
    this.#place = new Int32Array(items.size);
    this.#hidden = new Float32Array(options.batchSize * size);
  }

  /** One mini-batch; returns its number of events and the sum of their losses. */
  step(): { events: number; loss: number } {
    const batch = this.#nextBatch();
    const scored = this.#withNegatives(batch.targets.subarray(0, batch.open));
    const inputs = batch.inputs.subarray(0, batch.open);
    // tidy() walks through every number that it is given back, so it is given none.
    let found: Gradients | undefined;
    this.#tf.tidy(() => {
      found = this.#gradients(inputs, scored);
    });
    const made = found!;
    this.#hidden = made.hidden;
    this.#stepRows(scored, inputs, made);
    const { learningRate, momentum } = this.#options;
    const dense = [
      [this.#input, made.dInput],
      [this.#recurrent, made.dRecurrent],
      [this.#candidate, made.dCandidate],
      [this.#gateBias, made.dGateBias],
    ] as const;
    for (const [table, gradient] of dense) {
      for (let at = 0, row = 0; at < gradient.length; at += table.columns, ++row) {
        table.step(row, gradient, at, learningRate, momentum);
      }
    }
    return { events: batch.open, loss: made.loss };
  }

  /** Forward and backward: the reset gate acts before the recurrent product, as in the paper. */
  #gradients(inputs: Int32Array, scored: Int32Array): Gradients {
    const tf = this.#tf;
    const { add, sub, mul } = tf;
    const { size: D, batchSize } = this.#options;
    const M = inputs.length;
    const N = scored.length;
    const matrix = (values: Float32Array, columns: number): Tensor =>
      tf.tensor2d(values, [values.length / columns, columns]);
    const rows = matrix(this.#gathered(scored), D);
    const x = matrix(this.#gathered(inputs), D);
    const bias = matrix(
      Float32Array.from(scored, (item) => this.#bias.w[item]!),
      N,
    );
    const h = matrix(this.#hidden, D);
    const [W, U, C] = [this.#input, this.#recurrent, this.#candidate].map((t) =>
      matrix(t.w, t.columns),
    ) as [Tensor, Tensor, Tensor];
    const part = (t: Tensor, at: number, width: number): Tensor => tf.slice(t, [0, at], [M, width]);

    const a = add(tf.matMul(x, W), matrix(this.#gateBias.w, 3 * D));
    const rz = tf.sigmoid(add(part(a, 0, 2 * D), tf.matMul(h, U)));
    const [r, z] = [part(rz, 0, D), part(rz, D, D)] as const;
    const q = mul(r, h);
    const c = tf.tanh(add(part(a, 2 * D, D), tf.matMul(q, C)));
    const out = add(h, mul(z, sub(c, h)));
    const scores = add(tf.transpose(tf.matMul(rows, tf.transpose(out))), bias);
    const p = tf.softmax(scores);
    const dScores = mul(sub(p, this.#diagonal(M, N)), 1 / batchSize);

    const dOut = tf.matMul(dScores, rows);
    const dRows = tf.matMul(tf.transpose(dScores), out);
    const dc = mul(mul(dOut, z), sub(1, mul(c, c)));
    const dz = mul(mul(dOut, sub(c, h)), sub(z, mul(z, z)));
    const dr = mul(mul(tf.matMul(dc, tf.transpose(C)), h), sub(r, mul(r, r)));
    const drz = tf.concat([dr, dz], 1);
    const da = tf.concat([drz, dc], 1);
    const probabilities = p.dataSync();
    let loss = 0;
    for (let b = 0; b < M; ++b) loss -= Math.log(probabilities[b * N + b]! + 1e-24);
    return {
      ...{ loss, hidden: out.dataSync().slice(), dRows: dRows.dataSync() },
      ...{ dBias: tf.sum(dScores, 0).dataSync() },
      dx: tf.matMul(da, tf.transpose(W)).dataSync(),
      dInput: tf.matMul(tf.transpose(x), da).dataSync(),
      dRecurrent: tf.matMul(tf.transpose(h), drz).dataSync(),
      dCandidate: tf.matMul(tf.transpose(q), dc).dataSync(),
      dGateBias: tf.sum(da, 0).dataSync(),
    };
  }

  /** 1 where a slot meets its own target. */
  #diagonal(M: number, N: number): Tensor {
    const values = new Float32Array(M * N);
    for (let b = 0; b < M; ++b) values[b * N + b] = 1;
    return this.#tf.tensor2d(values, [M, N]);
  }

  #gathered(items: Int32Array): Float32Array {
    const { w, columns } = this.#output;
    const rows = new Float32Array(items.length * columns);
    for (const [i, item] of items.entries()) {
      rows.set(w.subarray(item * columns, (item + 1) * columns), i * columns);
    }
    return rows;
  }

  #withNegatives(targets: Int32Array): Int32Array {
    const { coin, alias } = this.#alias;
    const scored = new Int32Array(targets.length + this.#options.negatives);
    scored.set(targets);
    for (let i = targets.length; i < scored.length; ++i) {
      const column = Math.floor(this.#random() * coin.length);
      scored[i] = this.#random() * 2 ** 32 < coin[column]! ? column : alias[column]!;
    }
    return scored;
  }

  /** Sums the gradients of repeated items into their first place, then steps every item once. */
  #stepRows(scored: Int32Array, inputs: Int32Array, { dRows, dx, dBias }: Gradients): void {
    const { size: D, learningRate, momentum } = this.#options;
    const N = scored.length;
    const all = new Int32Array(N + inputs.length);
    all.set(scored);
    all.set(inputs, N);
    const place = this.#place;
    const own = (i: number): Float32Array =>
      i < N ? dRows.subarray(i * D, (i + 1) * D) : dx.subarray((i - N) * D, (i - N + 1) * D);
    const first: number[] = [];
    for (let i = 0; i < all.length; ++i) {
      const item = all[i]!;
      const at = place[item]!;
      if (at < i && all[at] === item) {
        const [sum, g] = [own(at), own(i)] as const;
        for (let k = 0; k < D; ++k) sum[k]! += g[k]!;
        if (i < N) dBias[at]! += dBias[i]!;
      } else {
        place[item] = i;
        first.push(i);
      }
    }
    for (const i of first) {
      this.#output.step(all[i]!, own(i), 0, learningRate, momentum);
      if (i < N) this.#bias.step(all[i]!, dBias, i, learningRate, momentum);
    }
  }

  #nextBatch(): MiniBatch {
    const { batchSize, size: D } = this.#options;
    for (;;) {
      this.#batches ??= sessionParallelBatches(this.#log, this.#log.order("time"), batchSize, 1);
      const next = this.#batches.next();
      if (next.done) {
        this.#batches = undefined;
        this.#hidden = new Float32Array(batchSize * D);
        continue;
      }
      const { open, fresh, from, moved } = next.value;
      const old = this.#hidden;
      if (moved || open * D < old.length) {
        this.#hidden = new Float32Array(open * D);
        for (let b = 0; b < open; ++b) {
          this.#hidden.set(old.subarray(from[b]! * D, (from[b]! + 1) * D), b * D);
        }
      }
      for (let b = 0; b < open; ++b) if (fresh[b]) this.#hidden.fill(0, b * D, (b + 1) * D);
      return next.value;
    }
  }
}

interface Gradients {
  readonly loss: number;
  readonly hidden: Float32Array;
  readonly dRows: Float32Array;
  readonly dBias: Float32Array;
  readonly dx: Float32Array;
  readonly dInput: Float32Array;
  readonly dRecurrent: Float32Array;
  readonly dCandidate: Float32Array;
  readonly dGateBias: Float32Array;
}

/**
 * Optimisers, element by element (reference: Duchi et al. 2011, Zeiler 2012, Kingma & Ba 2015).
 *
 * Tables whose gradient names its rows are updated row by row: an untouched row keeps its weights,
 * its accumulators, its velocity and takes no L2. A row that occurs often in one mini-batch has
 * its gradients summed before, and takes one update.
 */

import type { Gradient, Parameters } from "./model.js";

export type Optimizer = "adagrad" | "sgd" | "rmsprop" | "adadelta" | "adam";

export interface OptimizerOptions {
  readonly optimizer: Optimizer;
  /** η; Adadelta always takes 1. */
  readonly learningRate: number;
  readonly momentum: number;
  readonly l2: number;
  /** Largest allowed L2 norm of all gradients together; 0 is no cap. */
  readonly gradientCap: number;
}

const EPSILON = 1e-6;
const RMSPROP_DECAY = 0.9;
const ADADELTA_DECAY = 0.95;
const ADAM_BETA1 = 0.9;
const ADAM_BETA2 = 0.999;

/** What an optimiser remembers of one tensor, full shape; all start at 0. */
interface TensorState {
  /** Accumulated g² (Adagrad, RMSprop, Adadelta) or Adam's second moment. */
  readonly squares: Float64Array;
  /** Adadelta's accumulated squared update or Adam's first moment. */
  readonly other: Float64Array;
  readonly velocity: Float64Array;
  /** Adam's t of each row: the number of updates that this row received. Dense tensors use entry 0. */
  readonly updates: Int32Array;
}

/**
 * Scale of all gradients: cap/norm where the global norm ≥ cap, else 1.
 *
 * The norm is over dense gradients and *summed* row gradients, the gradients that are applied. The
 * official code takes each occurrence of a row on its own, which is another number when an item
 * occurs twice in a mini-batch.
 */
export function capScale(gradients: Record<string, Gradient>, gradientCap: number): number {
  if (gradientCap <= 0) return 1;
  let sum = 0;
  for (const { values } of Object.values(gradients)) for (const g of values) sum += g * g;
  const norm = Math.sqrt(sum);
  return norm >= gradientCap ? gradientCap / norm : 1;
}

export class ReferenceOptimizer {
  readonly #options: OptimizerOptions;
  readonly #states = new Map<string, TensorState>();

  constructor(options: OptimizerOptions) {
    this.#options = options;
  }

  /** One update of every parameter that has a gradient, in place. */
  update(parameters: Parameters, gradients: Record<string, Gradient>): void {
    const scale = capScale(gradients, this.#options.gradientCap);
    for (const [name, { values, columns, rows }] of Object.entries(gradients)) {
      const w = parameters[name]!;
      const state = this.#stateOf(name, w.length);
      const g = values.map((value) => value * scale);
      if (rows) {
        for (const row of rows) this.#step(w, g, state, row, row * columns, (row + 1) * columns);
      } else {
        this.#step(w, g, state, 0, 0, w.length);
      }
    }
  }

  /**
   *   with momentum μ:  v ← μ·v − η(ĝ + l2·w),  w ← w + v       (heavy ball)
   *   without:          w ← w(1 − η·l2) − η·ĝ
   *
   * on elements [begin, end), which are row `row` of a table or a whole dense tensor.
   */
  #step(
    w: Float64Array,
    g: Float64Array,
    state: TensorState,
    row: number,
    begin: number,
    end: number,
  ): void {
    const { optimizer, momentum, l2 } = this.#options;
    const eta = optimizer === "adadelta" ? 1 : this.#options.learningRate;
    const t = ++state.updates[row]!;
    for (let i = begin; i < end; ++i) {
      const scaled = this.#scaled(g[i]!, state, i, t);
      if (momentum > 0) {
        state.velocity[i] = momentum * state.velocity[i]! - eta * (scaled + l2 * w[i]!);
        w[i]! += state.velocity[i]!;
      } else {
        w[i] = w[i]! * (1 - eta * l2) - eta * scaled;
      }
    }
  }

  /**
   * ĝ of element i, after its accumulators took in g.
   *
   *   Adagrad   s ← s + g²              ĝ = g / √(s + ε)
   *   RMSprop   s ← ρs + (1−ρ)g²        ĝ = g / √(s + ε)
   *   Adadelta  s as RMSprop, k = (u + ε)/(s + ε), u ← ρu + (1−ρ)k·g²,  ĝ = g·√k
   *   Adam      m ← β₁m + (1−β₁)g, s ← β₂s + (1−β₂)g²,  ĝ = m/(1−β₁ᵗ) / (√(s/(1−β₂ᵗ)) + ε)
   */
  #scaled(g: number, { squares, other }: TensorState, i: number, t: number): number {
    switch (this.#options.optimizer) {
      case "sgd":
        return g;
      case "adagrad":
        squares[i]! += g * g;
        return g / Math.sqrt(squares[i]! + EPSILON);
      case "rmsprop":
        squares[i] = RMSPROP_DECAY * squares[i]! + (1 - RMSPROP_DECAY) * g * g;
        return g / Math.sqrt(squares[i]! + EPSILON);
      case "adadelta": {
        squares[i] = ADADELTA_DECAY * squares[i]! + (1 - ADADELTA_DECAY) * g * g;
        const k = (other[i]! + EPSILON) / (squares[i]! + EPSILON);
        other[i] = ADADELTA_DECAY * other[i]! + (1 - ADADELTA_DECAY) * k * g * g;
        return g * Math.sqrt(k);
      }
      case "adam": {
        other[i] = ADAM_BETA1 * other[i]! + (1 - ADAM_BETA1) * g;
        squares[i] = ADAM_BETA2 * squares[i]! + (1 - ADAM_BETA2) * g * g;
        const first = other[i]! / (1 - ADAM_BETA1 ** t);
        const second = squares[i]! / (1 - ADAM_BETA2 ** t);
        return first / (Math.sqrt(second) + EPSILON);
      }
    }
  }

  #stateOf(name: string, length: number): TensorState {
    let state = this.#states.get(name);
    if (!state) {
      state = {
        squares: new Float64Array(length),
        other: new Float64Array(length),
        velocity: new Float64Array(length),
        updates: new Int32Array(length),
      };
      this.#states.set(name, state);
    }
    return state;
  }
}

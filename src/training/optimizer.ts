/** The optimisers: the state that each keeps with a row, and its kernel. */

import type { RowState } from "../network/tables.js";
import type { Thread } from "../threads/program.js";
import type { Kernels } from "../wasm/abi.js";
import type { Tensor } from "../wasm/arena.js";
import { type CappedScale, cappedScale } from "./cap.js";
import type { ResolvedOptimizerOptions } from "./optimizer-options.js";
import type { TouchedRows } from "./touched.js";

/** Decay of the mean of squares, where the authors of the methods leave it open. */
const RMSPROP_DECAY = 0.9;
const ADADELTA_DECAY = 0.95;
const ADAM_BETA1 = 0.9;
const ADAM_BETA2 = 0.999;

/** State widths of each optimiser, without the velocity. */
const STATES = { sgd: 0, adagrad: 1, rmsprop: 1, adadelta: 2, adam: 2 } as const;

/** The optimiser state behind the weights of each row. */
export function rowState({
  optimizer,
  momentum,
}: Pick<ResolvedOptimizerOptions, "optimizer" | "momentum">): RowState {
  const widths = STATES[optimizer] + (momentum > 0 ? 1 : 0);
  return { widths, tail: optimizer === "adam" ? 4 : 0 };
}

/** Steps a thread's rows of a list. Returns whether all new weights are finite. */
export type RowStep = (touched: TouchedRows, scale: number) => boolean;

/** The kernel of the chosen optimiser, with its constant arguments filled in. */
export function rowStep(kernels: Kernels, options: ResolvedOptimizerOptions): RowStep {
  const { optimizer, learningRate: rate, momentum, l2 } = options;
  const states = STATES[optimizer];
  const step = ({ table, ...list }: TouchedRows, scale: number): number => {
    const { ptr, stride, width } = table;
    const { rows, gradients, columns, begin, end } = list;
    const velocity = momentum > 0 ? width * (1 + states) : 0;
    // biome-ignore format: a call is read against its kernel's signature
    switch (optimizer) {
      case "sgd":
        return kernels.sgdRows(ptr, stride, rows, gradients, columns,
          velocity, rate, momentum, l2, scale, begin, end);
      case "adagrad":
        return kernels.adagradRows(ptr, stride, width, rows, gradients, columns,
          velocity, rate, momentum, l2, scale, begin, end);
      case "rmsprop":
        return kernels.rmspropRows(ptr, stride, width, rows, gradients, columns,
          velocity, rate, momentum, l2, scale, RMSPROP_DECAY, begin, end);
      case "adadelta":
        return kernels.adadeltaRows(ptr, stride, width, rows, gradients, columns,
          velocity, 1, momentum, l2, scale, ADADELTA_DECAY, begin, end);
      case "adam": {
        const powers = width * (1 + states + (momentum > 0 ? 1 : 0));
        return kernels.adamRows(ptr, stride, width, rows, gradients, columns,
          velocity, rate, momentum, l2, scale, ADAM_BETA1, ADAM_BETA2, powers, begin, end);
      }
    }
  };
  return (touched, scale) => touched.begin >= touched.end || step(touched, scale) === 1;
}

/** The optimiser of a training, for one thread. */
export class Optimizer {
  readonly #thread: Thread;
  readonly #step: RowStep;
  readonly #capped: CappedScale | undefined;

  /** @param norms f64 as pairs: room for the squared norm of every touched row; undefined without a cap */
  constructor(thread: Thread, options: ResolvedOptimizerOptions, norms: Tensor | undefined) {
    this.#thread = thread;
    this.#step = rowStep(thread.kernels, options);
    this.#capped = norms && cappedScale(thread, norms, options.gradientCap);
  }

  /**
   * Steps this thread's rows of all tables. With a cap the threads meet first, because a thread may square
   * sums that another thread made. Returns whether all new weights are finite.
   */
  run(all: readonly TouchedRows[]): boolean {
    let scale = 1;
    if (this.#capped) {
      this.#thread.barrier();
      scale = this.#capped(all);
    }
    let sound = true;
    for (const rows of all) sound = this.#step(rows, scale) && sound;
    return sound;
  }
}

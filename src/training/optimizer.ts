/** The optimisers as the step calls them: what each keeps per row, and its kernel. */

import type { RowState, Table } from "../network/tables.js";
import type { Kernels } from "../wasm/abi.js";
import type { ResolvedLearningOptions } from "./options.js";

/** Decay of the mean of squares, where the authors of the methods leave it open. */
const RMSPROP_DECAY = 0.9;
const ADADELTA_DECAY = 0.95;
const ADAM_BETA1 = 0.9;
const ADAM_BETA2 = 0.999;

/** State widths of each optimiser, without the velocity. */
const STATES = { sgd: 0, adagrad: 1, rmsprop: 1, adadelta: 2, adam: 2 } as const;

/** What stands behind each row's weights. */
export function rowState({ optimizer, momentum }: ResolvedLearningOptions): RowState {
  const widths = STATES[optimizer] + (momentum > 0 ? 1 : 0);
  return { widths, tail: optimizer === "adam" ? 4 : 0 };
}

/**
 * Steps rows [begin, end) of a list; addresses as in assembly/optimizer.ts. Returns whether all that
 * it wrote is finite.
 */
export type RowStep = (
  table: Table,
  list: { readonly rows: number; readonly gradients: number },
  columns: number,
  scale: number,
  begin: number,
  end: number,
) => boolean;

/** The kernel of the chosen optimiser with everything filled in that does not change. */
export function rowStep(kernels: Kernels, options: ResolvedLearningOptions): RowStep {
  const { optimizer, learningRate, momentum, l2 } = options;
  return ({ ptr, stride, width }, { rows, gradients }, columns, scale, begin, end) => {
    if (begin >= end) return true;
    const velocity = momentum > 0 ? width * (1 + STATES[optimizer]) : 0;
    const where = [rows, gradients, columns, velocity] as const;
    const sized = [ptr, stride, width, ...where] as const;
    const how = [learningRate, momentum, l2, scale] as const;
    switch (optimizer) {
      case "sgd":
        return kernels.sgdRows(ptr, stride, ...where, ...how, begin, end) === 1;
      case "adagrad":
        return kernels.adagradRows(...sized, ...how, begin, end) === 1;
      case "rmsprop":
        return kernels.rmspropRows(...sized, ...how, RMSPROP_DECAY, begin, end) === 1;
      case "adadelta": {
        const same = [1, momentum, l2, scale, ADADELTA_DECAY] as const;
        return kernels.adadeltaRows(...sized, ...same, begin, end) === 1;
      }
      case "adam": {
        const powers = width * (1 + STATES.adam + (momentum > 0 ? 1 : 0));
        const decays = [ADAM_BETA1, ADAM_BETA2] as const;
        return kernels.adamRows(...sized, ...how, ...decays, powers, begin, end) === 1;
      }
    }
  };
}

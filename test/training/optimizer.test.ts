/** What an optimiser keeps with each row; what it does with that is in test/golden. */

import { expect, test } from "vitest";
import { rowState } from "../../src/training/optimizer.js";
import { resolveTrainOptions } from "../../src/training/options.js";

test.each([
  ["sgd", 0, 0],
  ["adagrad", 1, 0],
  ["rmsprop", 1, 0],
  ["adadelta", 2, 0],
  ["adam", 2, 4],
] as const)(
  "%s keeps %i floats a weight and %i a row, momentum one a weight more",
  (optimizer, widths, tail) => {
    const learning = resolveTrainOptions({ optimizer, momentum: 0 });
    expect(rowState(learning)).toEqual({ widths, tail });
    const moving = resolveTrainOptions({ optimizer, momentum: 0.1 });
    expect(rowState(moving)).toEqual({ widths: widths + 1, tail });
  },
);

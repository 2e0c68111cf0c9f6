/** What the kernels are told to draw: odds, scales, streams, and scratch of each thread's own. */

import { expect, test } from "vitest";
import { resolveModelOptions } from "../../src/models/gru4rec/options.js";
import { Stream } from "../../src/random.js";
import type { Thread } from "../../src/threads/program.js";
import { counterChance } from "../../src/training/chance.js";
import type { TrainingConfig, TrainingMemory } from "../../src/training/sampled/memory.js";

interface Dropouts {
  readonly dropoutEmbedding: number;
  readonly dropoutHidden: number;
}

/** Chance of thread 3 over a memory of two layers, and what it asks of the kernels. */
function chance(options: Dropouts, masked = true) {
  const asked: unknown[][] = [];
  const note =
    (kernel: string) =>
    (...args: unknown[]): void => {
      asked.push([kernel, ...args]);
    };
  const kernels = { dropout: note("dropout"), drawNegatives: note("drawNegatives") };
  const mask = (ptr: number) => (masked ? { ptr } : undefined);
  const memory = {
    key: { ptr: 1 },
    words: { ptr: 1000 },
    columns: { coin: { ptr: 2 }, alias: { ptr: 3 } },
    layers: [{ inputMask: mask(10), mask: mask(11) }, { mask: mask(12) }],
    parameters: {
      layers: [
        { E: 20, D: 24 },
        { E: 24, D: 28 },
      ],
    },
  };
  const model = resolveModelOptions({ layers: [24, 28], ...options });
  const drawn = counterChance(
    { kernels, rank: 3 } as unknown as Thread,
    memory as unknown as TrainingMemory,
    { model, items: 77 } as unknown as TrainingConfig,
  );
  return { drawn, asked };
}

const SCRATCH = 1000 + 64 * 3; // sixteen words a thread

test("negatives are drawn from the alias table by their stream", () => {
  const { drawn, asked } = chance({ dropoutEmbedding: 0, dropoutHidden: 0 });
  drawn.negatives(500, 8, 24);
  expect(asked).toEqual([["drawNegatives", 500, 2, 3, 77, 1, Stream.negatives, SCRATCH, 8, 24]]);
});

test("dropout of inputs and of each layer has its odds, its scale, its stream", () => {
  const { drawn, asked } = chance({ dropoutEmbedding: 0.25, dropoutHidden: 0.5 });
  drawn.dropout!.input(600, 2, 5);
  drawn.dropout!.hidden(0, 700, 0, 4);
  drawn.dropout!.hidden(1, 800, 1, 3);
  const input = [2 ** 30, 1 / 0.75, SCRATCH];
  const hidden = [2 ** 31, 2, SCRATCH];
  expect(asked).toEqual([
    ["dropout", 600, 10, 20, 1, Stream.dropoutEmbedding, 0, ...input, 2, 5],
    ["dropout", 700, 11, 24, 1, Stream.dropoutHidden, 0, ...hidden, 0, 4],
    ["dropout", 800, 12, 28, 1, Stream.dropoutHidden, 1, ...hidden, 1, 3],
  ]);
});

test("odds stay below what 32 bits hold", () => {
  const { drawn, asked } = chance({ dropoutEmbedding: 1 - 2 ** -40, dropoutHidden: 0 });
  drawn.dropout!.input(600, 0, 1);
  expect(asked[0]?.[7]).toBe(2 ** 32 - 1);
});

test("nothing is dropped where there is no mask", () => {
  const { drawn, asked } = chance({ dropoutEmbedding: 0, dropoutHidden: 0 }, false);
  drawn.dropout!.input(600, 0, 1);
  drawn.dropout!.hidden(1, 700, 0, 1);
  expect(asked).toEqual([]);
});

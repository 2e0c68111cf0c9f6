/** NaN and infinity, put into every kind of number there is, end training in the same mini-batch. */

import { describe, expect, test } from "vitest";
import {
  type ModelOptions,
  type OptimizerName,
  resolveModelOptions,
  resolveTrainOptions,
} from "../../src/index.js";
import { namedTensors } from "../../src/models/gru4rec/parameters.js";
import { atOnce } from "../../src/pause.js";
import type { Program, Task } from "../../src/threads/program.js";
import { startTask } from "../../src/threads/start.js";
import type { SliceReport } from "../../src/training/messages.js";
import { drawsOf } from "../../src/training/negatives.js";
import {
  planTraining,
  type TrainingConfig,
  type TrainingMemory,
} from "../../src/training/sampled/memory.js";
import { trainingProgram } from "../../src/training/sampled/program.js";
import type { Kernels } from "../../src/wasm/abi.js";
import { Arena } from "../../src/wasm/arena.js";
import { compileKernels } from "../../src/wasm/kernels.js";
import { clicks } from "./clicks.js";

const sessions = clicks(60, 15);
/** The step, counted from 1, in which something is put in. */
const STEP = 4;
const VALUES = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;

/** Called after each kernel of that step, with what may be spoilt. */
type Spoil = (
  kernel: string,
  result: { memory: TrainingMemory; poke: Poke; peek: Peek; to: number },
) => void;
type Poke = (ptr: number, value: number) => void;
/** The integer that stands there. */
type Peek = (ptr: number) => number;

interface Setting {
  readonly model?: ModelOptions;
  readonly optimizer?: OptimizerName;
}

/** Plays an epoch on this thread; before step `STEP` calls `before`, within it `during`. */
async function played(
  { model = {}, optimizer = "adagrad" }: Setting,
  before: (memory: TrainingMemory, poke: Poke) => void,
  during: Spoil = () => {},
): Promise<SliceReport> {
  const config: TrainingConfig = {
    model: resolveModelOptions({ layers: [6], ...model }),
    learning: resolveTrainOptions({ batchSize: 8, negatives: 12, optimizer, epochs: 1 }),
    ...{ items: sessions.items.size, events: sessions.events, sessions: sessions.length },
  };
  const twin = new Arena();
  twin.plan(2); // the barrier
  const memory = planTraining(twin, config, 1);
  let step = 0;
  const spoilt: Program<TrainingConfig> = (arena, given, threads) => {
    const bind = trainingProgram(arena, given, threads);
    const poke: Poke = (ptr, value) => {
      arena.floats({ ptr, length: 1, shape: [1] })[0] = value;
    };
    const peek: Peek = (ptr) => arena.integers({ ptr, length: 1, shape: [1] })[0]!;
    return (thread) => {
      const watched = ([name, real]: [string, (...all: number[]) => unknown]) => [
        name,
        (...numbers: number[]) => {
          // Every step begins by drawing its negatives.
          if (name === "drawNegatives" && ++step === STEP) before(memory, poke);
          const result = real(...numbers);
          if (step === STEP) during(name, { memory, poke, peek, to: numbers[0]! });
          return result;
        },
      ];
      const kernels = Object.fromEntries(Object.entries(thread.kernels).map(watched)) as Kernels;
      return bind({ ...thread, kernels });
    };
  };
  const module = await compileKernels("portable", false);
  const { task } = startTask(spoilt, config, module, undefined, 0, 1);
  load(task, memory);
  return task.run!(1e9) as SliceReport;
}

function load(task: Task, memory: TrainingMemory): void {
  task.loadColumn!({ name: "itemIndices", at: 0, values: sessions.itemIndices });
  task.loadColumn!({ name: "offsets", at: 0, values: sessions.offsets });
  task.loadColumn!({ name: "order", at: 0, values: sessions.order("time") });
  const draws = atOnce(drawsOf(sessions.items.support, 0.5));
  for (const [name, values] of Object.entries(draws)) task.loadColumn!({ name, at: 0, values });
  for (const { name, rows, columns } of namedTensors(memory.parameters)) {
    const values = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i + rows) / 9);
    task.loadWeights!({ name, begin: 0, values });
  }
  task.beginEpoch!(1);
}

const EMBEDDINGS = ["shared", "separate", "one-hot"] as const;
const OPTIMIZERS = ["adagrad", "sgd", "rmsprop", "adadelta", "adam"] as const;
const RESETS = [false, true] as const;

/** Columns of a table's row that no named tensor but this one has. */
function placesOf(memory: TrainingMemory): { name: string; ptr: number; items: boolean }[] {
  return namedTensors(memory.parameters).map(({ name, table, rows, blocks }) => ({
    name,
    ptr: table.ptr + 4 * blocks[0]!.at,
    items: rows === sessions.items.size && name !== "Wrz_0",
  }));
}

describe("a weight", () => {
  const cases = EMBEDDINGS.flatMap((embedding) =>
    RESETS.map((resetAfter) => ({ embedding, resetAfter })),
  );
  test.each(cases)(
    "that is not finite is named ($embedding, reset after: $resetAfter)",
    async (model) => {
      let names: string[] = [];
      await played({ model }, (memory) => {
        names = placesOf(memory).map(({ name }) => name);
      });
      expect(names.length).toBeGreaterThan(4);
      for (const name of names) {
        for (const value of VALUES) {
          // Of every row, since a step reads only some of them.
          const { steps, finding } = await played({ model }, (memory, poke) => {
            const tensor = namedTensors(memory.parameters).find((t) => t.name === name)!;
            for (let row = 0; row < tensor.rows; ++row) {
              poke(
                tensor.table.ptr + 4 * (row * tensor.table.stride + tensor.blocks[0]!.at),
                value,
              );
            }
          });
          expect(steps, `${value} in ${name}`).toBe(STEP);
          expect(finding?.what, `${value} in ${name}`).toBe(`a weight of ${name}`);
          expect(Number.isFinite(finding?.value)).toBe(false);
        }
      }
    },
  );
});

describe("a score", () => {
  const losses = ["cross-entropy", "bpr-max", "top1-max", "bpr", "top1"] as const;
  test.each(losses)(
    "of %s that is not finite, or beyond all bounds, is named with its item",
    async (loss) => {
      for (const value of [...VALUES, 2 ** 24]) {
        let item: number | undefined;
        const spoil: Spoil = (kernel, { memory: { scores, items, ld }, poke, peek, to }) => {
          if (kernel !== "gemmABt" || to !== scores.ptr) return;
          poke(scores.ptr + 4 * (ld + 2), value);
          item = peek(items.ptr + 4);
        };
        const { steps, finding } = await played({ model: { loss, logQ: 0 } }, () => {}, spoil);
        expect(steps).toBe(STEP);
        expect(item).toBeTypeOf("number");
        expect(finding).toEqual({ what: "a score", value, item });
      }
    },
  );
});

describe("a hidden state", () => {
  test("that is NaN is named with its layer", async () => {
    const spoil: Spoil = (kernel, { memory: { forward }, poke, to }) => {
      if (kernel !== "gruOutput" || to !== forward.layers[1]!.gates.ptr) return;
      for (const { ptr } of forward.layers[1]!.states[0]!) poke(ptr, Number.NaN);
    };
    const { steps, finding } = await played({ model: { layers: [6, 4] } }, () => {}, spoil);
    expect(steps).toBe(STEP);
    expect(finding).toEqual({ what: "the hidden state of layer 1", value: Number.NaN });
  });
});

describe("a loss", () => {
  test("that is not finite is named", async () => {
    for (const value of VALUES) {
      const spoil: Spoil = (kernel, { memory: { losses }, poke }) => {
        if (kernel === "crossEntropy") poke(losses.ptr + 4, value);
      };
      const { steps, finding } = await played({}, () => {}, spoil);
      expect(steps).toBe(STEP);
      expect(finding).toEqual({ what: "loss", value });
    }
  });
});

describe("a gradient", () => {
  test.each(OPTIMIZERS)("of a matrix that is not finite is named (%s)", async (optimizer) => {
    for (const value of VALUES) {
      const spoil: Spoil = (_, { memory: { dense }, poke, to }) => {
        if (to === dense[0]!.gradient.ptr) poke(to, value);
      };
      const { steps, finding } = await played({ optimizer }, () => {}, spoil);
      expect(steps).toBe(STEP);
      expect(finding).toEqual({ what: "a gradient of Wx_0", value });
    }
  });

  test.each(OPTIMIZERS)("of an item that is not finite is named (%s)", async (optimizer) => {
    for (const value of VALUES) {
      const spoil: Spoil = (kernel, { memory: { dGathered }, poke, to }) => {
        if (kernel === "gemmAB" && to === dGathered.ptr) poke(to, value);
      };
      const { steps, finding } = await played({ optimizer }, () => {}, spoil);
      expect(steps).toBe(STEP);
      const item = expect.any(Number);
      expect(finding).toEqual({ what: "a gradient of Wy", value, item });
    }
  });

  test.each(["adagrad", "rmsprop", "adam"] as const)(
    "whose square overflows is not lost in the state of %s",
    async (optimizer) => {
      const spoil: Spoil = (_, { memory: { dense }, poke, to }) => {
        if (to === dense[0]!.gradient.ptr) poke(to, 1e30);
      };
      const { steps, finding } = await played({ optimizer }, () => {}, spoil);
      expect(steps).toBe(STEP);
      expect(finding?.what).toBe("the optimizer's state of Wx_0");
    },
  );
});

describe("training without faults", () => {
  test("finds none", async () => {
    const { done, finding } = await played({}, () => {});
    expect({ done, finding }).toEqual({ done: true, finding: undefined });
  });
});

/** What the one run gives beside epochs, for both models: copies of the item table, and pauses. */

import { describe, expect, test } from "vitest";
import { tensorBytes } from "../../src/files/fields.js";
import { readHeader } from "../../src/files/safetensors.js";
import {
  ConfigError,
  type EpochReport,
  fit,
  GRU4Rec,
  type Snapshot,
  type TrainOptions,
  TwoTowers,
} from "../../src/index.js";
import { clicks } from "./clicks.js";

const sessions = clicks(60, 15);
/** Pairs (click, next click). */
const EVENTS = sessions.events - sessions.length;

interface Model extends Disposable {
  toBytes(): Uint8Array;
}

interface Setting {
  readonly name: string;
  create(): Promise<Model>;
  fit(model: Model, options: Omit<TrainOptions, "validation">): Promise<EpochReport[]>;
  readonly columns: number;
}

const SETTINGS: readonly Setting[] = [
  {
    name: "GRU4Rec",
    create: () => GRU4Rec.create(sessions.items, { layers: [6] }),
    fit: (model, options) =>
      fit(model as GRU4Rec, sessions, { batchSize: 8, negatives: 8, ...options }),
    columns: 6,
  },
  {
    name: "TwoTowers",
    create: () =>
      TwoTowers.create(sessions.items, { windowLength: 3, embeddingSize: 8, layers: [8] }),
    fit: (model, options) =>
      fit(model as TwoTowers, sessions, { batchSize: 8, ...options } as object),
    columns: 8,
  },
];

describe.each(SETTINGS)("snapshots of a $name", ({ create, fit: train, columns }) => {
  async function shots(at: Iterable<number>, threads: number): Promise<[Snapshot[], Uint8Array]> {
    const list: Snapshot[] = [];
    using model = await create();
    const onSnapshot = (snapshot: Snapshot): void => void list.push(snapshot);
    await train(model, { epochs: 2, threads, snapshots: { at, onSnapshot } });
    return [list, model.toBytes()];
  }

  test("come at the first mini-batch that reaches a count, and leave the bits alone", async () => {
    using plain = await create();
    await train(plain, { epochs: 2, threads: 0 });
    const at = [0, 20, 21, 50, EVENTS + 9];
    const [list, bytes] = await shots(at, 0);
    expect(bytes).toEqual(plain.toBytes());
    expect(list.map(({ epoch }) => epoch)).toEqual([1, 1, 1, 2]);
    const [first, second, third, last] = list;
    expect([first!.events, first!.step]).toEqual([0, 0]);
    expect(second!.events).toBeGreaterThanOrEqual(20);
    expect(second!.events).toBeLessThan(20 + 8);
    expect(third!.events).toBeGreaterThanOrEqual(50);
    expect(last!.events).toBeGreaterThanOrEqual(9);
    expect(last!.events).toBeLessThan(9 + 8);
    for (const { values, columns: wide } of list) {
      expect(wide).toBe(columns);
      expect(values.length).toBe(15 * columns);
    }
    expect(first!.values).not.toEqual(second!.values);
  });

  test("hold all weights where they are asked for: those of the model, at the end of an epoch", async () => {
    using model = await create();
    const events = await eventsOf(train);
    const list: Snapshot[] = [];
    const onSnapshot = (snapshot: Snapshot): void => void list.push(snapshot);
    await train(model, {
      epochs: 1,
      threads: 0,
      snapshots: { at: [events], onSnapshot, weights: true },
    });
    const { weights, values } = list[0]!;
    const header = readHeader(model.toBytes(), "model file");
    for (const [name, tensor] of Object.entries(weights!)) {
      const { shape } = header.entries.get(name)!;
      expect(tensor).toEqual(new Float32Array(tensorBytes(header, name, "F32", shape)));
    }
    expect(Object.values(weights!)).toContain(values);
  });

  async function eventsOf(fitted: Setting["fit"]): Promise<number> {
    using model = await create();
    const [report] = await fitted(model, { epochs: 1, threads: 0 });
    return report!.events;
  }

  test("are the same on any number of threads", async () => {
    function* doubling(): Generator<number> {
      for (let count = 10; ; count *= 2) yield count;
    }
    const [here] = await shots(doubling(), 0);
    expect(here.length).toBeGreaterThan(2);
    for (const threads of [1, 2]) expect((await shots(doubling(), threads))[0]).toEqual(here);
  });

  test.each([
    [[5, 5], "snapshots.at: expected integers that ascend from 5, got 5"],
    [[-1], "snapshots.at: expected integers ≥ 0, got -1"],
    [[1.5], "snapshots.at: expected integers ≥ 0, got 1.5"],
  ])("refuse counts that do not ascend: %j", async (at, message) => {
    const failure = await shots(at, 0).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as Error).message).toBe(message);
  });
});

describe.each(SETTINGS)("a $name that is trained", ({ create, fit: train }) => {
  test("waits for a promise of its listener, and goes on with the same bits", async () => {
    using plain = await create();
    const [whole] = await train(plain, { epochs: 1, threads: 0 });
    using paused = await create();
    let goOn = (): void => {};
    let calls = 0;
    const onProgress = (): Promise<void> => {
      calls++;
      return new Promise((resolve) => {
        goOn = resolve;
      });
    };
    const training = train(paused, { epochs: 1, threads: 0, onProgress });
    while (calls === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(calls).toBe(1);
    const timer = setInterval(() => goOn(), 1);
    const [report] = await training;
    clearInterval(timer);
    expect(paused.toBytes()).toEqual(plain.toBytes());
    expect(report!.loss).toBe(whole!.loss);
    // A pause is no time of training.
    expect(report!.seconds).toBeLessThan(0.3);
  });

  test("ends a pause when it is aborted", async () => {
    using model = await create();
    const controller = new AbortController();
    const onProgress = (): Promise<void> => {
      setTimeout(() => controller.abort(new Error("enough")), 20);
      return new Promise(() => {});
    };
    const { signal } = controller;
    await expect(train(model, { epochs: 1, threads: 1, onProgress, signal })).rejects.toThrow(
      "enough",
    );
  });
});

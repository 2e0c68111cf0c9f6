/** An epoch's weights come into the model piece by piece; whoever looks meanwhile sees a whole epoch. */

import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  evaluate,
  fit,
  GRU4Rec,
  recommendAll,
  type TrainOptions,
  train,
  WorkerError,
} from "../../src/index.js";
import { pause } from "../../src/pause.js";
import { clicks, fingerprint } from "./clicks.js";

/** What happens between two pieces, and the workers that run. */
const setup = vi.hoisted(() => ({
  between: undefined as (() => void | Promise<void>) | undefined,
  shared: true,
  workers: [] as { terminate(): void }[],
}));
vi.mock("../../src/pause.js", async (original) => {
  const real = await original<typeof import("../../src/pause.js")>();
  const inTurns = async <Result>(steps: Generator<void, Result>): Promise<Result> => {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      await setup.between?.();
      await real.pause();
    }
  };
  return { ...real, inTurns };
});
vi.mock("../../src/threads/host.node.js", async (original) => {
  const { host } = await original<typeof import("../../src/threads/host.node.js")>();
  const startWorker: typeof host.startWorker = (...how) => {
    const worker = host.startWorker(...how);
    setup.workers.push(worker);
    return worker;
  };
  return { host: { ...host, startWorker, canShareMemory: () => setup.shared } };
});
afterEach(() => {
  setup.between = undefined;
  setup.shared = true;
  setup.workers.length = 0;
});

const sessions = clicks(60, 15);
const held = clicks(30, 15, 2);
const EPOCHS = 4;
const OPTIONS = { epochs: EPOCHS, batchSize: 8, negatives: 8, threads: 0 } as const;
const modelOf = (): Promise<GRU4Rec> => GRU4Rec.create(sessions.items, { layers: [8] });

/** Where a job's memory is: the calling thread's, shared, a worker's own. */
const JOBS = [
  { threads: 0, shared: true },
  { threads: 2, shared: true },
  { threads: 1, shared: false },
] as const;

/** A model's name, by all of it; and by what each way of reading it gives. */
const READS = {
  toBytes: fingerprint,
  recommend: (model: GRU4Rec) => JSON.stringify(model.recommend(["item 1", "item 2"])),
  "recommend with quantize": (model: GRU4Rec) =>
    JSON.stringify(model.recommend(["item 1", "item 2"], { quantize: true })),
  similarItems: (model: GRU4Rec) => JSON.stringify(model.similarItems("item 3")),
  "a session": (model: GRU4Rec) =>
    JSON.stringify(model.session().push("item 4").recommend({ count: 3 })),
} as const;
type Read = (model: GRU4Rec) => string;

/** What a read gives after each number of whole epochs. */
async function afterEpochs(read: Read, options: TrainOptions = {}): Promise<string[]> {
  const model = await modelOf();
  const all = [read(model)];
  for await (const _ of train(model, sessions, { ...OPTIONS, ...options })) all.push(read(model));
  return all;
}

let epochs: string[];
beforeAll(async () => {
  epochs = await afterEpochs(fingerprint);
});

describe.each(JOBS)("on $threads threads (shared: $shared)", ({ threads, shared }) => {
  test.each(Object.entries(READS))("%s between two pieces sees the new epoch", async (_, read) => {
    const expected = await afterEpochs(read);
    setup.shared = shared;
    const model = await modelOf();
    let isOver = false;
    let playing = 0;
    const seen: [epoch: number, read: string][] = [];
    setup.between = () => {
      if (isOver) seen.push([playing, read(model)]);
    };
    await fit(model, sessions, {
      ...{ ...OPTIONS, threads },
      onProgress: ({ epoch, events, totalEvents }) => {
        isOver = events === totalEvents;
        playing = epoch;
      },
    });
    expect(new Set(seen.map(([epoch]) => epoch)).size).toBe(EPOCHS);
    for (const [epoch, read] of seen) expect(read).toBe(expected[epoch]);
    expect(read(model)).toBe(expected[EPOCHS]);
  });

  test("a listener to progress sees the last whole epoch", async () => {
    setup.shared = shared;
    const model = await modelOf();
    const onProgress = ({ epoch }: { epoch: number }): void => {
      expect(fingerprint(model)).toBe(epochs[epoch - 1]);
    };
    await fit(model, sessions, { ...OPTIONS, threads, onProgress });
  });

  test("stopped at any check, the model is that of the epochs that were reported", async () => {
    setup.shared = shared;
    const left = new Set<number>();
    for (let most = 1; ; most += threads === 0 ? 1 : 4) {
      const model = await modelOf();
      const { signal } = new AbortController();
      let checks = 0;
      signal.throwIfAborted = () => {
        if (++checks === most) throw new Error("enough");
      };
      let reported = 0;
      const run = (async () => {
        const options = { ...OPTIONS, epochs: 2, threads, signal };
        for await (const { epoch } of train(model, sessions, options)) reported = epoch;
      })();
      const error = await run.catch((error) => error);
      expect(fingerprint(model)).toBe(epochs[reported]);
      left.add(reported);
      if (!error) break;
    }
    expect([...left]).toEqual([0, 1, 2]);
  });

  test("the best epoch comes back whole", async () => {
    const wild = { optimizer: "sgd", learningRate: 3, epochs: 6 } as const;
    const expected = await afterEpochs(fingerprint, wild);
    setup.shared = shared;
    const model = await modelOf();
    const seen = new Set<string>();
    const values: number[] = [];
    for await (const { validation } of train(model, sessions, {
      ...{ ...OPTIONS, ...wild, threads, validation: held },
    })) {
      values.push(validation!.value);
      setup.between = () => void seen.add(fingerprint(model));
    }
    const best = values.indexOf(Math.max(...values)) + 1;
    expect(best).toBeLessThan(6);
    expect(fingerprint(model)).toBe(expected[best]);
    expect(expected).toEqual(expect.arrayContaining([...seen]));
    expect(seen.has(expected[best]!)).toBe(true);
  });

  test("a checkpoint's weights come in whole", async () => {
    let kept: Uint8Array | undefined;
    const save = (bytes: Uint8Array): void => {
      kept = bytes;
    };
    await fit(await modelOf(), sessions, { ...OPTIONS, epochs: 2, checkpoint: { save } });
    setup.shared = shared;
    const model = await modelOf();
    const seen = new Set<string>();
    setup.between = () => void seen.add(fingerprint(model));
    await fit(model, sessions, { ...OPTIONS, threads, checkpoint: { save, resume: kept! } });
    expect(epochs).toEqual(expect.arrayContaining([...seen]));
    expect([...seen]).toEqual(expect.arrayContaining(epochs.slice(2)));
    expect(fingerprint(model)).toBe(epochs[EPOCHS]);
  });
});

/** Does something once, after a piece of the first epoch's weights has come in. */
function onceArriving(act: () => void | Promise<void>) {
  return ({ events, totalEvents }: { events: number; totalEvents: number }): void => {
    if (events < totalEvents) return;
    setup.between = () => {
      setup.between = undefined;
      return act();
    };
  };
}

describe("After the first piece", () => {
  test.each([0, 2])("an abort comes too late for the epoch, on %i threads", async (threads) => {
    const model = await modelOf();
    const stop = new AbortController();
    const onProgress = onceArriving(() => stop.abort(new Error("enough")));
    const reported: number[] = [];
    const run = (async () => {
      const options = { ...OPTIONS, threads, signal: stop.signal, onProgress };
      for await (const { epoch } of train(model, sessions, options)) reported.push(epoch);
    })();
    expect(await run.catch((error) => error)).toBe(stop.signal.reason);
    expect(reported).toEqual([1]);
    expect(fingerprint(model)).toBe(epochs[1]);
  });

  test("a worker that ends does not touch the epoch", async () => {
    const model = await modelOf();
    const onProgress = onceArriving(() => setup.workers[0]!.terminate());
    const reported: number[] = [];
    const run = (async () => {
      for await (const { epoch } of train(model, sessions, {
        ...OPTIONS,
        threads: 2,
        onProgress,
      })) {
        reported.push(epoch);
      }
    })();
    await expect(run).rejects.toThrow(WorkerError);
    expect(reported).toEqual([1]);
    expect(fingerprint(model)).toBe(epochs[1]);
  });

  test("a model that is disposed ends training with DisposedError", async () => {
    const model = await modelOf();
    const onProgress = onceArriving(() => model.dispose());
    const run = fit(model, sessions, { ...OPTIONS, threads: 1, onProgress });
    await expect(run).rejects.toThrow("disposed");
    expect(() => model.recommend(["item 1"])).toThrow("disposed");
  });
});

describe("While others train it", () => {
  test.each([0, 1])("a training begins with a whole epoch, on %i threads", async (threads) => {
    const options = { ...OPTIONS, epochs: 1, threads };
    const expected = await modelOf();
    await fit(expected, sessions, options);
    await fit(expected, sessions, options);

    const model = await modelOf();
    let second: Promise<unknown> | undefined;
    const onProgress = onceArriving(async () => {
      second = fit(model, sessions, options);
      await new Promise((resolve) => setTimeout(resolve, 300)); // by then it is ready to read
    });
    await fit(model, sessions, { ...OPTIONS, epochs: 1, onProgress });
    await second;
    expect(fingerprint(model)).toBe(fingerprint(expected));
  });

  test.each<[string, (model: GRU4Rec) => Promise<string>]>([
    [
      "evaluated",
      async (model) => {
        const { recall, mrr } = await evaluate(model, held, { cutoffs: [1, 5], threads: 0 });
        return JSON.stringify([recall, mrr]);
      },
    ],
    [
      "asked for many lists",
      async (model) => {
        const visits = [["item 1", "item 2"], ["item 3"]];
        return JSON.stringify(await recommendAll(model, visits, { threads: 0 }));
      },
    ],
  ])("a model is %s by whole epochs", async (_, figures) => {
    const model = await modelOf();
    const expected = [await figures(model)];
    for await (const _ of train(model, sessions, OPTIONS)) expected.push(await figures(model));

    const again = await modelOf();
    let isOver = false;
    const training = fit(again, sessions, OPTIONS).finally(() => {
      isOver = true;
    });
    const seen = new Set<string>();
    while (!isOver) seen.add(await figures(again));
    await training;
    expect(expected).toEqual(expect.arrayContaining([...seen]));
    expect(await figures(again)).toBe(expected[EPOCHS]);
  });

  test("two trainings leave it whole, with the best epoch of one of them", async () => {
    const other = { learningRate: 0.2 } as const;
    const both = [...epochs, ...(await afterEpochs(fingerprint, other))];
    const model = await modelOf();
    let running = 2;
    const run = async (options: TrainOptions, first: number): Promise<string> => {
      const validated = { ...OPTIONS, ...options, validation: held };
      const reports = await fit(model, sessions, validated).finally(() => running--);
      const values = reports.map(({ validation }) => validation!.value);
      return both[first + values.indexOf(Math.max(...values))]!;
    };
    const runs = [run({}, 1), run(other, EPOCHS + 2)];
    while (running > 0) {
      expect(both).toContain(fingerprint(model));
      await pause();
    }
    expect(await Promise.all(runs)).toContain(fingerprint(model));
  });
});

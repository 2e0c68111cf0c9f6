/** An epoch's weights come into the model piece by piece; whoever looks meanwhile sees a whole epoch. */

import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { WorkerError } from "../../src/index.js";
import { pause } from "../../src/pause.js";
import { type Contract, fingerprint, MODELS, type Model, type Options, QUICK } from "./models.js";

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

const { epochs: EPOCHS } = QUICK;

/** Where a job's memory is: the calling thread's, shared, a worker's own. */
const JOBS = [
  { threads: 0, shared: true },
  { threads: 2, shared: true },
  { threads: 1, shared: false },
] as const;

describe.each(MODELS)("$name", (contract: Contract) => {
  const { tiny } = contract;

  /** What a read gives after each number of whole epochs. */
  async function afterEpochs(read: (model: Model) => string, options?: Options): Promise<string[]> {
    const model = await tiny.create();
    const all = [read(model)];
    for await (const _ of tiny.train(model, { ...QUICK, ...options })) all.push(read(model));
    return all;
  }

  let epochs: string[];
  beforeAll(async () => {
    epochs = await afterEpochs(fingerprint);
  });

  describe.each(JOBS)("on $threads threads (shared: $shared)", ({ threads, shared }) => {
    test.each(Object.entries({ toBytes: fingerprint, ...contract.reads }))(
      "%s between two pieces sees the new epoch",
      async (_, read) => {
        const expected = await afterEpochs(read);
        setup.shared = shared;
        const model = await tiny.create();
        let isOver = false;
        let playing = 0;
        const seen: [epoch: number, read: string][] = [];
        setup.between = () => {
          if (isOver) seen.push([playing, read(model)]);
        };
        await tiny.fit(model, {
          ...{ ...QUICK, threads },
          onProgress: ({ epoch, events, totalEvents }) => {
            isOver = events === totalEvents;
            playing = epoch;
          },
        });
        expect(new Set(seen.map(([epoch]) => epoch)).size).toBe(EPOCHS);
        for (const [epoch, read] of seen) expect(read).toBe(expected[epoch]);
        expect(read(model)).toBe(expected[EPOCHS]);
      },
    );

    test("a listener to progress sees the last whole epoch", async () => {
      setup.shared = shared;
      const model = await tiny.create();
      const onProgress = ({ epoch }: { epoch: number }): void => {
        expect(fingerprint(model)).toBe(epochs[epoch - 1]);
      };
      await tiny.fit(model, { ...QUICK, threads, onProgress });
    });

    test("stopped at any check, the model is that of the epochs that were reported", async () => {
      setup.shared = shared;
      const left = new Set<number>();
      for (let most = 1; ; most += threads === 0 ? 1 : 4) {
        const model = await tiny.create();
        const { signal } = new AbortController();
        let checks = 0;
        signal.throwIfAborted = () => {
          if (++checks === most) throw new Error("enough");
        };
        let reported = 0;
        const run = (async () => {
          const options = { ...QUICK, epochs: 2, threads, signal };
          for await (const { epoch } of tiny.train(model, options)) reported = epoch;
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
      const model = await tiny.create();
      const seen = new Set<string>();
      const values: number[] = [];
      for await (const { validation } of tiny.train(model, {
        ...{ ...QUICK, ...wild, threads, validation: tiny.held },
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
      await tiny.fit(await tiny.create(), { ...QUICK, epochs: 2, checkpoint: { save } });
      setup.shared = shared;
      const model = await tiny.create();
      const seen = new Set<string>();
      setup.between = () => void seen.add(fingerprint(model));
      await tiny.fit(model, { ...QUICK, threads, checkpoint: { save, resume: kept! } });
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
      const model = await tiny.create();
      const stop = new AbortController();
      const onProgress = onceArriving(() => stop.abort(new Error("enough")));
      const reported: number[] = [];
      const run = (async () => {
        const options = { ...QUICK, threads, signal: stop.signal, onProgress };
        for await (const { epoch } of tiny.train(model, options)) reported.push(epoch);
      })();
      expect(await run.catch((error) => error)).toBe(stop.signal.reason);
      expect(reported).toEqual([1]);
      expect(fingerprint(model)).toBe(epochs[1]);
    });

    test("a worker that ends does not touch the epoch", async () => {
      const model = await tiny.create();
      const onProgress = onceArriving(() => setup.workers[0]!.terminate());
      const reported: number[] = [];
      const run = (async () => {
        for await (const { epoch } of tiny.train(model, {
          ...QUICK,
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
      const model = await tiny.create();
      const onProgress = onceArriving(() => model.dispose());
      const run = tiny.fit(model, { ...QUICK, threads: 1, onProgress });
      await expect(run).rejects.toThrow("disposed");
      expect(() => model.toBytes()).toThrow("disposed");
    });
  });

  describe("While it is trained", () => {
    test.each(Object.entries(contract.measures))("%s is of a whole epoch", async (_, figures) => {
      const model = await tiny.create();
      const expected = [await figures(model)];
      for await (const _ of tiny.train(model, QUICK)) expected.push(await figures(model));

      const again = await tiny.create();
      let isOver = false;
      const training = tiny.fit(again, QUICK).finally(() => {
        isOver = true;
      });
      const seen = new Set<string>();
      while (!isOver) {
        seen.add(await figures(again));
        await pause(); // what does not wait by itself would keep training from its turns
      }
      await training;
      expect(expected).toEqual(expect.arrayContaining([...seen]));
      expect(await figures(again)).toBe(expected[EPOCHS]);
    });
  });
});

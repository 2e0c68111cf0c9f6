/** However training ends, the model is whole and no thread is left behind. */

import { describe, expect, test } from "vitest";
import { DivergedError, type TrainProgress } from "../../src/index.js";
import { after, fingerprint, MODELS } from "./models.js";

/** Long enough that it never ends by itself within a test. */
const FOREVER = { epochs: 1_000_000, batchSize: 16, negatives: 16 } as const;
const HERE = { ...FOREVER, threads: 0 } as const;

describe.each(MODELS)("$name", ({ small, long, diverging, growing, reads }) => {
  describe("a signal", () => {
    test.each([0, 1, 2])("stops training on %i threads within a second", async (threads) => {
      const model = await small.create();
      const stop = new AbortController();
      let epochs = 0;
      let stoppedAt = 0;
      const onProgress = ({ epoch }: TrainProgress): void => {
        if (epoch < 3 || stop.signal.aborted) return;
        stoppedAt = performance.now();
        stop.abort(new Error("enough"));
      };
      const run = (async () => {
        const options = { ...FOREVER, threads, signal: stop.signal, onProgress };
        for await (const { epoch } of small.train(model, options)) epochs = epoch;
      })();
      expect(await run.catch((error) => error)).toBe(stop.signal.reason);
      expect(performance.now() - stoppedAt).toBeLessThan(1000);
      expect(epochs).toBeGreaterThanOrEqual(2);
      expect(fingerprint(model)).toBe(await after(epochs, small, HERE));
    });

    test("that is aborted before keeps training from starting", async () => {
      const model = await small.create();
      const before = fingerprint(model);
      const signal = AbortSignal.abort(new Error("never mind"));
      await expect(small.fit(model, { ...FOREVER, signal })).rejects.toBe(signal.reason);
      expect(fingerprint(model)).toBe(before);
    });

    test("that is aborted in the first epoch leaves the initial weights", async () => {
      const model = await long.create();
      const before = fingerprint(model);
      const signal = AbortSignal.timeout(150);
      const options = { ...FOREVER, negatives: 512, threads: 1, signal };
      await expect(long.fit(model, options)).rejects.toThrow(/timeout/);
      expect(fingerprint(model)).toBe(before);
    });
  });

  describe("leaving the loop", () => {
    test.each([0, 2])("keeps the epochs that were yielded, on %i threads", async (threads) => {
      const model = await small.create();
      for await (const { epoch } of small.train(model, { ...FOREVER, threads })) {
        if (epoch === 2) break;
      }
      expect(fingerprint(model)).toBe(await after(2, small, HERE));
    });

    test.each(Object.entries(reads))("lets %s be used between epochs", async (_, read) => {
      const model = await small.create();
      const seen = new Set<string>();
      for await (const _ of small.train(model, { ...FOREVER, epochs: 3, threads: 1 })) {
        seen.add(read(model));
      }
      expect(seen.size).toBe(3);
    });
  });

  describe("a loss that is not finite", () => {
    test.each(diverging)(
      "ends training in its mini-batch: %j",
      async ({ model: options, training }) => {
        for (const threads of [0, 1, 2]) {
          const model = await small.create(options);
          const before = fingerprint(model);
          const learning = { ...FOREVER, epochs: 99, threads, ...training };
          const error = await small.fit(model, learning).catch((error) => error);
          expect(error).toBeInstanceOf(DivergedError);
          expect(error.epoch).toBe(1);
          expect(error.step).toBeGreaterThan(0);
          expect(error.message).toMatch(
            /^epoch 1, step \d+: (the|a|loss) .*(NaN|Infinity|e\+\d+)\./,
          );
          expect(error.message).toContain("Lower `learningRate` (now 1e+38)");
          expect(fingerprint(model)).toBe(before);
        }
      },
    );

    test("in a later epoch leaves the last whole one", async () => {
      const model = await small.create();
      const learning = { ...HERE, ...growing };
      let epochs = 0;
      const run = (async () => {
        for await (const { epoch } of small.train(model, learning)) epochs = epoch;
      })();
      const error = await run.catch((error) => error);
      expect(error).toBeInstanceOf(DivergedError);
      expect(error.epoch).toBe(epochs + 1);
      expect(epochs).toBeGreaterThan(0);
      const again = await small.create();
      await small.fit(again, { ...learning, epochs });
      expect(fingerprint(model)).toBe(fingerprint(again));
    });
  });

  describe("what a listener throws", () => {
    test("ends training and comes out", async () => {
      const model = await small.create();
      const onProgress = (): void => {
        throw new Error("listener");
      };
      const run = small.fit(model, { ...FOREVER, threads: 1, onProgress });
      await expect(run).rejects.toThrow("listener");
    });
  });

  describe("a model disposed while it is trained", () => {
    test("ends training with DisposedError", async () => {
      const model = await small.create();
      const run = (async () => {
        for await (const _ of small.train(model, { ...FOREVER, threads: 1 })) model.dispose();
      })();
      await expect(run).rejects.toThrow("disposed");
    });
  });

  describe("progress", () => {
    test.each([0, 1])(
      "only ever grows and adds up to the epoch, on %i threads",
      async (threads) => {
        const all: TrainProgress[] = [];
        const model = await long.create();
        const options = {
          ...FOREVER,
          epochs: 2,
          threads,
          onProgress: (p: TrainProgress) => all.push(p),
        };
        const reports = await long.fit(model, options);
        for (const epoch of [1, 2]) {
          const own = all.filter((progress) => progress.epoch === epoch);
          for (const [
            i,
            { events, step, epochs, totalEvents, loss, eventsPerSecond },
          ] of own.entries()) {
            expect(events).toBeGreaterThan(own[i - 1]?.events ?? -1);
            expect(step).toBeGreaterThan(own[i - 1]?.step ?? -1);
            expect({ epochs, totalEvents }).toEqual({ epochs: 2, totalEvents: long.events });
            expect(loss).toBeGreaterThan(0);
            expect(eventsPerSecond).toBeGreaterThan(0);
          }
          const { events, steps, loss } = reports[epoch - 1]!;
          expect(own.at(-1)).toMatchObject({ events, step: steps, loss });
          expect(events).toBe(long.events);
        }
        expect(all.map(({ epoch }) => epoch)).toEqual(all.map(({ epoch }) => epoch).sort());
      },
    );
  });
});

/** However training ends, the model is whole and no thread is left behind. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import {
  DivergedError,
  fit,
  GRU4Rec,
  type Sessions,
  type TrainProgress,
  train,
} from "../../src/index.js";
import { clicks, fingerprint } from "./clicks.js";

/** Long enough that it never ends by itself within a test. */
const FOREVER = { epochs: 1_000_000, batchSize: 16, negatives: 16 } as const;
const sessions = clicks(200, 40);

async function modelOf(sessions: Sessions): Promise<GRU4Rec> {
  return GRU4Rec.create(sessions.items, { layers: [16] });
}

/** The model after so many undisturbed epochs. */
async function after(epochs: number): Promise<string> {
  const model = await modelOf(sessions);
  if (epochs > 0) await fit(model, sessions, { ...FOREVER, epochs, threads: 0 });
  return fingerprint(model);
}

describe("a signal", () => {
  test.each([0, 1, 2])("stops training on %i threads within a second", async (threads) => {
    const model = await modelOf(sessions);
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
      for await (const { epoch } of train(model, sessions, options)) epochs = epoch;
    })();
    expect(await run.catch((error) => error)).toBe(stop.signal.reason);
    expect(performance.now() - stoppedAt).toBeLessThan(1000);
    expect(epochs).toBeGreaterThanOrEqual(2);
    expect(fingerprint(model)).toBe(await after(epochs));
  });

  test("that is aborted before keeps training from starting", async () => {
    const model = await modelOf(sessions);
    const before = fingerprint(model);
    const signal = AbortSignal.abort(new Error("never mind"));
    await expect(fit(model, sessions, { ...FOREVER, signal })).rejects.toBe(signal.reason);
    expect(fingerprint(model)).toBe(before);
  });

  test("that is aborted in the first epoch leaves the initial weights", async () => {
    const model = await modelOf(sessions);
    const before = fingerprint(model);
    const long = clicks(30_000, 40);
    const signal = AbortSignal.timeout(150);
    const options = { ...FOREVER, negatives: 512, threads: 1, signal };
    await expect(fit(model, long, options)).rejects.toThrow(/timeout/);
    expect(fingerprint(model)).toBe(before);
  });
});

describe("leaving the loop", () => {
  test.each([0, 2])("keeps the epochs that were yielded, on %i threads", async (threads) => {
    const model = await modelOf(sessions);
    for await (const { epoch } of train(model, sessions, { ...FOREVER, threads })) {
      if (epoch === 2) break;
    }
    expect(fingerprint(model)).toBe(await after(2));
  });

  test("lets the model be used and trained between epochs", async () => {
    const model = await modelOf(sessions);
    const lists: number[] = [];
    for await (const _ of train(model, sessions, { ...FOREVER, epochs: 3, threads: 1 })) {
      lists.push(model.recommend(["item 1"], { count: 5 })[0]!.score);
    }
    expect(new Set(lists).size).toBe(3);
  });
});

describe("a loss that is not finite", () => {
  test.each([
    ["sgd", "cross-entropy", 0],
    ["sgd", "bpr-max", 1],
    ["sgd", "top1-max", 2],
  ] as const)("ends training with %s of %s on %i threads", async (optimizer, loss, threads) => {
    const model = await GRU4Rec.create(sessions.items, {
      ...{ layers: [16], loss, finalActivation: loss === "cross-entropy" ? "softmax" : "linear" },
    });
    const before = fingerprint(model);
    const learning = { ...FOREVER, epochs: 99, optimizer, learningRate: 1e38, threads };
    const error = await fit(model, sessions, learning).catch((error) => error);
    expect(error).toBeInstanceOf(DivergedError);
    expect(error.epoch).toBe(1);
    expect(error.step).toBeGreaterThan(0);
    expect(error.message).toMatch(/^epoch 1, step \d+: (the|a|loss) .*(NaN|Infinity)\./);
    expect(error.message).toContain("Lower `learningRate` (now 1e+38)");
    expect(fingerprint(model)).toBe(before);
  });

  test("in a later epoch leaves the last whole one", async () => {
    // Grows step by step: a penalty of 2/η turns w into −w, a little more lets it grow.
    const model = await modelOf(sessions);
    const learning = {
      ...FOREVER,
      optimizer: "sgd",
      learningRate: 1,
      l2: 2.3,
      threads: 0,
    } as const;
    let epochs = 0;
    const run = (async () => {
      for await (const { epoch } of train(model, sessions, learning)) epochs = epoch;
    })();
    const error = await run.catch((error) => error);
    expect(error).toBeInstanceOf(DivergedError);
    expect(error.epoch).toBe(epochs + 1);
    expect(epochs).toBeGreaterThan(0);
    const again = await modelOf(sessions);
    await fit(again, sessions, { ...learning, epochs });
    expect(fingerprint(model)).toBe(fingerprint(again));
  });
});

describe("what a listener throws", () => {
  test("ends training and comes out", async () => {
    const model = await modelOf(sessions);
    const onProgress = (): void => {
      throw new Error("listener");
    };
    const run = fit(model, sessions, { ...FOREVER, threads: 1, onProgress });
    await expect(run).rejects.toThrow("listener");
  });
});

describe("a model disposed while it is trained", () => {
  test("ends training with DisposedError", async () => {
    const model = await modelOf(sessions);
    const run = (async () => {
      for await (const _ of train(model, sessions, { ...FOREVER, threads: 1 })) model.dispose();
    })();
    await expect(run).rejects.toThrow("disposed");
  });
});

describe("a program", () => {
  const endings = {
    "is aborted": `
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 300);
      await fit(model, sessions, { epochs: 1e6, threads: 2, signal: stop.signal }).catch(() => {});`,
    "leaves the loop": `
      for await (const _ of train(model, sessions, { epochs: 1e6, threads: 2 })) break;`,
    diverges: `
      const wild = { epochs: 99, threads: 2, optimizer: "sgd", learningRate: 1e38 };
      await fit(model, sessions, wild).catch((error) => console.log(error.name));`,
    "is done": "await fit(model, sessions, { epochs: 1, threads: 2 });",
  };

  test.each(Object.keys(endings))("ends by itself after training that %s", async (name) => {
    const index = new URL("../../dist/index.js", import.meta.url).href;
    const code = `
      import { fit, GRU4Rec, Sessions, train } from ${JSON.stringify(index)};
      const events = Array.from({ length: 900 }, (_, i) =>
        ({ sessionId: Math.floor(i / 9), itemId: (i * i) % 31, time: i }));
      const sessions = Sessions.from(events);
      const model = await GRU4Rec.create(sessions.items, { layers: [16] });
      ${endings[name as keyof typeof endings]}
      console.log("trained");`;
    const args = ["--input-type=module", "--eval", code];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    expect(stdout).toBe(name === "diverges" ? "DivergedError\ntrained\n" : "trained\n");
  });
});

describe("progress", () => {
  test.each([0, 1])("only ever grows and adds up to the epoch, on %i threads", async (threads) => {
    const all: TrainProgress[] = [];
    const long = clicks(3000, 40);
    const model = await modelOf(long);
    const options = {
      ...FOREVER,
      epochs: 2,
      threads,
      onProgress: (p: TrainProgress) => all.push(p),
    };
    const reports = await fit(model, long, options);
    for (const epoch of [1, 2]) {
      const own = all.filter((progress) => progress.epoch === epoch);
      for (const [
        i,
        { events, step, epochs, totalEvents, loss, eventsPerSecond },
      ] of own.entries()) {
        expect(events).toBeGreaterThan(own[i - 1]?.events ?? -1);
        expect(step).toBeGreaterThan(own[i - 1]?.step ?? -1);
        expect({ epochs, totalEvents }).toEqual({ epochs: 2, totalEvents: long.events - 3000 });
        expect(loss).toBeGreaterThan(0);
        expect(eventsPerSecond).toBeGreaterThan(0);
      }
      const { events, steps, loss } = reports[epoch - 1]!;
      expect(own.at(-1)).toMatchObject({ events, step: steps, loss });
      expect(events).toBe(long.events - 3000);
    }
    expect(all.map(({ epoch }) => epoch)).toEqual(all.map(({ epoch }) => epoch).sort());
  });
});

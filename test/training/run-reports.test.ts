/** What a run tells while it trains, and which checkpoint it leaves, however it ends. */

import { describe, expect, test } from "vitest";
import {
  checkpointPlace,
  DivergedError,
  type EpochReport,
  fit,
  GRU4Rec,
  type TrainOptions,
  type TrainProgress,
  train,
} from "../../src/index.js";
import { clicks } from "./clicks.js";

const sessions = clicks(30, 9);
const EVENTS = sessions.events - sessions.length;
const OPTIONS = { epochs: 2, batchSize: 4, negatives: 4, threads: 0 } as const;

async function trained(options: TrainOptions = {}) {
  const model = await GRU4Rec.create(sessions.items, { layers: [5] });
  const told: TrainProgress[] = [];
  const onProgress = (progress: TrainProgress): void => void told.push(progress);
  const result = await fit(model, sessions, { ...OPTIONS, onProgress, ...options }).catch(
    (error) => error,
  );
  return { model, told, result };
}

describe("a run tells", () => {
  test("its progress, which ends with the figures of the epoch", async () => {
    const { told, result } = await trained();
    const reports: EpochReport[] = result;
    expect(reports.map(({ epoch }) => epoch)).toEqual([1, 2]);
    for (const report of reports) {
      const { epoch, loss, events, steps, seconds, eventsPerSecond, ...more } = report;
      expect(more).toEqual({});
      expect(events).toBe(EVENTS);
      expect(steps).toBeGreaterThanOrEqual(EVENTS / 4);
      expect(eventsPerSecond).toBeCloseTo(events / seconds, 6);
      const last = told.findLast((progress) => progress.epoch === epoch)!;
      expect(last).toEqual({
        epoch,
        epochs: 2,
        step: steps,
        events,
        totalEvents: EVENTS,
        loss,
        eventsPerSecond,
      });
    }
    expect(reports[1]!.loss).toBeLessThan(reports[0]!.loss);
  });

  test("the mean of the losses of its events", async () => {
    // All scores are 0: each loss is the cross-entropy of one target among itself and 4 negatives.
    const model = await GRU4Rec.create(sessions.items, { layers: [5], sigma: 1e-30, logQ: 0 });
    const options = { ...OPTIONS, epochs: 1, learningRate: 1e-30, batchSize: 1 };
    const [{ loss } = { loss: 0 }] = await fit(model, sessions, options);
    expect(loss).toBeCloseTo(Math.log(5), 4);
  });

  test("phases and validations that were asked for", async () => {
    const { result } = await trained({ profile: true, validation: sessions, epochs: 1 });
    const [{ phases, validation }] = result;
    expect(Object.values(phases as object).every((seconds) => seconds >= 0)).toBe(true);
    expect(validation).toMatchObject({ monitor: "recall@20", isBest: true });
  });
});

describe("a run ends", () => {
  test("within a pause when it is aborted, with the signal's reason", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const { result } = await trained({
      signal: stop.signal,
      onProgress: () => {
        setTimeout(() => stop.abort(reason), 5);
        return new Promise(() => {}); // a pause that nobody ends
      },
    });
    expect(result).toBe(reason);
  });

  test("after a pause without an abort as without one", async () => {
    const stop = new AbortController();
    const onProgress = () => new Promise((resolve) => setTimeout(resolve, 1));
    const paused = await trained({ signal: stop.signal, onProgress });
    const plain = await trained();
    expect(paused.model.toBytes()).toEqual(plain.model.toBytes());
  });

  test("at once when it is aborted before it begins", async () => {
    const reason = new Error("enough");
    const { result, told } = await trained({ signal: AbortSignal.abort(reason) });
    expect(result).toBe(reason);
    expect(told).toEqual([]);
  });

  /** Places of the checkpoints that are kept. */
  async function kept(options: TrainOptions, every = 1e6) {
    const places: string[] = [];
    const save = (bytes: Uint8Array): void => {
      const { epochs, step } = checkpointPlace(bytes);
      places.push(`${epochs}.${step}`);
    };
    const { result } = await trained({ ...options, checkpoint: { save, every } });
    return { places, result };
  }

  test("with a checkpoint of its last epoch", async () => {
    expect((await kept({})).places).toEqual(["2.0"]);
    const { places } = await kept({}, 0);
    expect(places).toContain("1.0");
    expect(places.at(-1)).toBe("2.0");
    expect(new Set(places).size).toBe(places.length);
  });

  test("with a checkpoint of the moment when the caller stops it", async () => {
    const { places, result } = await kept({
      onProgress: ({ epoch }) => {
        if (epoch === 2) throw new Error("mine");
      },
    });
    expect(result.message).toBe("mine");
    expect(places).toHaveLength(1);
    expect(places[0]).toMatch(/^1\.[1-9]/);
  });

  test("without one when numbers are not finite", async () => {
    const { places, result } = await kept({ learningRate: 1e30, optimizer: "sgd" });
    expect(result).toBeInstanceOf(DivergedError);
    expect(result.message).toMatch(/^epoch 1, step \d+: .* Lower `learningRate` \(now 1e\+30\)/);
    expect(places).toEqual([]);
  });

  test("without another one when the last could not be kept", async () => {
    let tries = 0;
    const save = (): never => {
      tries++;
      throw new Error("full");
    };
    const { result } = await trained({ checkpoint: { save, every: 0 } });
    expect(result.message).toMatch(/^checkpoint: expected to keep \d+ bytes, got full$/);
    expect(tries).toBe(1);
  });

  test("where a loop is left, with the epochs until then", async () => {
    const model = await GRU4Rec.create(sessions.items, { layers: [5] });
    const places: number[] = [];
    const save = (bytes: Uint8Array): void => void places.push(checkpointPlace(bytes).epochs);
    for await (const { epoch } of train(model, sessions, {
      ...OPTIONS,
      epochs: 9,
      checkpoint: { save, every: 1e6 },
    })) {
      if (epoch === 3) break;
    }
    expect(places).toEqual([3]);
    expect(model.training?.epochs).toBe(3);
  });
});

test("a resumed run tells what was done before it", async () => {
  let resume: Uint8Array | undefined;
  const halted = await trained({
    checkpoint: {
      every: 1e6,
      save: (bytes) => {
        resume = bytes;
      },
    },
    onProgress: ({ epoch }) => {
      if (epoch === 2) throw new Error("mine");
    },
  });
  expect(halted.result.message).toBe("mine");
  const { step } = checkpointPlace(resume!);
  const resumed = await trained({ checkpoint: { save: () => {}, resume: resume! } });
  const whole = await trained();
  expect(resumed.model.toBytes()).toEqual(whole.model.toBytes());
  const [report] = resumed.result as EpochReport[];
  const [, second] = whole.result as EpochReport[];
  expect(resumed.result).toHaveLength(1);
  expect(report).toMatchObject({ epoch: 2, events: EVENTS, loss: second!.loss });
  expect(report!.steps).toBe(second!.steps);
  expect(step).toBeGreaterThan(0);
});

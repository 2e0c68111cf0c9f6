/** The page under test. It uses the package as any page would, and leaves its functions on `window` for the test. */

import { evaluate, GRU4Rec, Sessions, type TrainOptions, train } from "gru4rec";
import workerUrl from "gru4rec/worker?url";
import { clicks, MODEL, TRAINING } from "../clicks.js";

/** What the page found out; plain values, so that they cross to the test. */
export interface Findings {
  readonly isolated: boolean;
  readonly losses: readonly number[];
  readonly recall: number;
  readonly recommended: readonly string[];
  /** The trained model's file, base64. */
  readonly model: string;
  /** Durations of main-thread tasks over 50 ms that began while training, in ms. */
  readonly longTasksMs: readonly number[];
}

/** How to train: over `TRAINING`, and with the published worker file instead of a Blob or not. */
export interface Way extends Pick<TrainOptions, "threads" | "numerics"> {
  readonly workerFile?: boolean;
}

async function trainHere({ workerFile = false, ...over }: Way = {}): Promise<Findings> {
  const sessions = Sessions.from(clicks());
  const model = await GRU4Rec.create(sessions.items, MODEL);

  const longTasksMs: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasksMs.push(duration);
  });
  observer.observe({ type: "longtask" });
  const worker = workerFile ? { createWorker: () => new Worker(workerUrl) } : {};
  const options = { ...TRAINING, ...over, ...worker };
  const losses: number[] = [];
  for await (const { loss } of train(model, sessions, options)) losses.push(loss);
  for (const { duration } of observer.takeRecords()) longTasksMs.push(duration);
  observer.disconnect();

  const { recall } = await evaluate(model, sessions, {
    cutoffs: [5],
    numerics: "portable",
    ...worker,
  });
  return {
    isolated: crossOriginIsolated,
    losses,
    recall: recall[5] ?? Number.NaN,
    recommended: model.recommend(["item 1", "item 2"], { count: 5 }).map((r) => String(r.itemId)),
    model: btoa(Array.from(model.toBytes(), (byte) => String.fromCharCode(byte)).join("")),
    longTasksMs,
  };
}

/** Loads a model file (base64) and recommends after two clicks. */
async function recommendWith(file: string): Promise<readonly string[]> {
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  const model = await GRU4Rec.fromBytes(bytes);
  return model.recommend(["item 1", "item 2"], { count: 5 }).map((r) => String(r.itemId));
}

export interface PageFunctions {
  trainHere(way?: Way): Promise<Findings>;
  recommendWith(file: string): Promise<readonly string[]>;
}

Object.assign(window, { trainHere, recommendWith } satisfies PageFunctions);

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
}

/** How to train: over `TRAINING`, and with the published worker file instead of a Blob or not. */
export interface Way extends Pick<TrainOptions, "threads" | "numerics"> {
  readonly workerFile?: boolean;
}

async function trainHere({ workerFile = false, ...over }: Way = {}): Promise<Findings> {
  const sessions = Sessions.from(clicks());
  const model = await GRU4Rec.create(sessions.items, MODEL);

  const worker = workerFile ? { createWorker: () => new Worker(workerUrl) } : {};
  const options = { ...TRAINING, ...over, ...worker };
  const losses: number[] = [];
  for await (const { loss } of train(model, sessions, options)) losses.push(loss);

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
  };
}

/** Trains a model of 2.6 million weights for one epoch and returns the long tasks meanwhile. */
async function watchTraining({ workerFile = false, ...over }: Way = {}): Promise<number[]> {
  const sessions = Sessions.from(clicks(3000, 20_000));
  const model = await GRU4Rec.create(sessions.items, { ...MODEL, layers: [128] });
  const worker = workerFile ? { createWorker: () => new Worker(workerUrl) } : {};
  const options = { ...TRAINING, ...over, ...worker, epochs: 1 };
  return longTasksDuring(async () => {
    for await (const _ of train(model, sessions, options));
  });
}

/** Keeps the main thread busy for 120 ms: what the watch must see. */
function watchBlocking(): Promise<number[]> {
  return longTasksDuring(async () => {
    await new Promise((resolve) => setTimeout(resolve));
    for (const end = performance.now() + 120; performance.now() < end; );
  });
}

/** Durations in ms of the main thread's tasks over 50 ms while `work` ran. */
async function longTasksDuring(work: () => Promise<void>): Promise<number[]> {
  const rest = () => new Promise((resolve) => setTimeout(resolve, 100));
  await rest(); // what came before must not count: a task is known only after it has ended
  const durations: number[] = [];
  const note = (entries: PerformanceEntryList) =>
    durations.push(...entries.map(({ duration }) => duration));
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: "longtask" });
  await work();
  await rest();
  note(observer.takeRecords());
  observer.disconnect();
  return durations;
}

/** Loads a model file (base64) and recommends after two clicks. */
async function recommendWith(file: string): Promise<readonly string[]> {
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  const model = await GRU4Rec.fromBytes(bytes);
  return model.recommend(["item 1", "item 2"], { count: 5 }).map((r) => String(r.itemId));
}

export interface PageFunctions {
  trainHere(way?: Way): Promise<Findings>;
  watchTraining(way?: Way): Promise<number[]>;
  watchBlocking(): Promise<number[]>;
  recommendWith(file: string): Promise<readonly string[]>;
}

Object.assign(window, {
  trainHere,
  watchTraining,
  watchBlocking,
  recommendWith,
} satisfies PageFunctions);

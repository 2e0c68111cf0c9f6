/** The page under test. It uses the package as any page would, and leaves its functions on `window` for the test. */

import {
  evaluate,
  fit,
  GRU4Rec,
  RetrievalIndex,
  readSessions,
  Sessions,
  type TrainOptions,
  TwoTowers,
  train,
} from "gru4rec";
import workerUrl from "gru4rec/worker?url";
import { clicks, MODEL, RECORDS, RETRIEVAL, TOWERS, TRAINING, walks } from "../clicks.js";

/** What the page found out; plain values, so that they cross to the test. */
export interface Findings {
  readonly isolated: boolean;
  readonly losses: readonly number[];
  readonly recall: number;
  readonly recommended: readonly string[];
  /** The trained model's file, base64. */
  readonly model: string;
}

/** How to train: over `TRAINING`, and with a worker from a file instead of a Blob. */
export interface Way extends Pick<TrainOptions, "threads" | "numerics"> {
  /** The published file, or the one at this URL. */
  readonly workerFile?: boolean | string;
  /** What `createWorker` does in place of making a worker. */
  readonly instead?: "throws" | "returns nothing" | "returns a promise" | "asks a policy";
}

/** The option that makes it so. */
function workerOf({ workerFile = false, instead }: Way): Pick<TrainOptions, "createWorker"> {
  if (!workerFile && !instead) return {};
  const url = typeof workerFile === "string" ? workerFile : workerUrl;
  const createWorker = (): unknown => {
    if (instead === "throws") throw new Error("no worker today");
    if (instead === "returns nothing") return undefined;
    if (instead === "returns a promise") return Promise.resolve(new Worker(url));
    if (instead !== "asks a policy") return new Worker(url);
    return new Worker(
      trustedTypes.createPolicy("page", { createScriptURL: () => url }).createScriptURL(url),
    );
  };
  return { createWorker: createWorker as () => Worker };
}

/** Of Trusted Types; the types of TypeScript lack it. */
declare const trustedTypes: {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
};

async function trainHere({ workerFile, instead, ...over }: Way = {}): Promise<Findings> {
  const sessions = Sessions.from(clicks());
  const model = await GRU4Rec.create(sessions.items, MODEL);

  const worker = workerOf({ ...(workerFile && { workerFile }), ...(instead && { instead }) });
  const options = { ...TRAINING, ...over, ...worker };
  const losses: number[] = [];
  for await (const { loss } of train(model, sessions, options)) losses.push(loss);

  const { recall } = await evaluate(model, sessions, {
    cutoffs: [5],
    numerics: "portable",
    ...(over.threads !== undefined && { threads: over.threads }),
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

/** What became of a training, and how long it took to come to nothing. */
export interface Attempt {
  readonly error: string;
  readonly ms: number;
}

async function tryTraining(way: Way = {}): Promise<Attempt> {
  const begun = performance.now();
  const error = await trainHere(way).then(
    () => "none",
    (reason: unknown) => String(reason),
  );
  return { error, ms: performance.now() - begun };
}

/** Trains a model of 2.6 million weights for one epoch and returns the long tasks meanwhile. */
async function watchTraining({ workerFile = false, ...over }: Way = {}): Promise<number[]> {
  const sessions = Sessions.from(clicks(3000, 20_000));
  const model = await GRU4Rec.create(sessions.items, { ...MODEL, layers: [128] });
  const worker = workerOf({ workerFile });
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

/** Trains two towers in a worker and returns the file of their index, base64. */
async function retrieveHere({ workerFile = false }: Way = {}): Promise<string> {
  const { ids, ...columns } = walks();
  const model = await TwoTowers.create(ids, TOWERS, RECORDS);
  const worker = workerOf({ workerFile });
  await fit(model, { ...columns, items: model.items }, { ...RETRIEVAL, ...worker });
  const index = await model.index();
  return btoa(Array.from(index.toBytes(), (byte) => String.fromCharCode(byte)).join(""));
}

/** Loads the file of an index (base64) and asks it what comes after two items. */
async function askIndex(file: string): Promise<readonly unknown[]> {
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  const index = await RetrievalIndex.fromBytes(bytes);
  return index.recommend(["item 1", "item 2"], { count: 4, exclude: ["item 1"] });
}

/** What reading a file did to the page. */
export interface Reading {
  readonly events: number;
  readonly sessions: number;
  /** Bytes of the file, which stands for the megabytes asked for. */
  readonly packed: number;
  /** The longest time in which the page could do nothing else, in ms. */
  readonly longestTurnMs: number;
  readonly elapsedMs: number;
}

/** A gzip of a log of so many megabytes, made in the page; sessions of eight clicks. */
async function gzipOf(megabytes: number): Promise<File> {
  const encoder = new TextEncoder();
  let session = 0;
  let left = megabytes * 2 ** 20;
  const text = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (left <= 0) return controller.close();
      let lines = session === 0 ? "session_id,item_id,timestamp\n" : "";
      for (const end = session + 500; session < end; ++session) {
        for (let i = 0; i < 8; ++i) {
          lines += `${session},${(session * 7919 + i * i * 31) % 50021},${1.4e9 + session * 60 + i}\n`;
        }
      }
      left -= lines.length;
      controller.enqueue(encoder.encode(lines));
    },
  });
  const packed = text.pipeThrough(new CompressionStream("gzip"));
  return new File([await new Response(packed).blob()], "clicks.csv.gz");
}

/** Reads it while a timer says how long the page's thread is held. */
async function readHere(megabytes: number): Promise<Reading> {
  const file = await gzipOf(megabytes);
  const begun = performance.now();
  let before = begun;
  let longestTurnMs = 0;
  let isOver = false;
  const turn = (): void => {
    const now = performance.now();
    longestTurnMs = Math.max(longestTurnMs, now - before);
    before = now;
    if (!isOver) setTimeout(turn);
  };
  turn();
  const { events, length } = await readSessions(file);
  isOver = true;
  turn();
  const elapsedMs = performance.now() - begun;
  return { events, sessions: length, packed: file.size, longestTurnMs, elapsedMs };
}

/** Loads the library once more, as another copy, and trains with both at once; returns both models. */
async function trainWithTwoCopies(): Promise<readonly string[]> {
  await import(/* @vite-ignore */ `${import.meta.url}?copy`);
  const { trainHere: ofCopy } = window as unknown as PageFunctions;
  if (ofCopy === trainHere) throw new Error("expected a second copy");
  const found = await Promise.all([trainHere({ threads: 2 }), ofCopy({ threads: 2 })]);
  return found.map(({ model }) => model);
}

export interface PageFunctions {
  trainWithTwoCopies(): Promise<readonly string[]>;
  readHere(megabytes: number): Promise<Reading>;
  trainHere(way?: Way): Promise<Findings>;
  tryTraining(way?: Way): Promise<Attempt>;
  watchTraining(way?: Way): Promise<number[]>;
  watchBlocking(): Promise<number[]>;
  recommendWith(file: string): Promise<readonly string[]>;
  retrieveHere(way?: Way): Promise<string>;
  askIndex(file: string): Promise<readonly unknown[]>;
}

Object.assign(window, {
  trainWithTwoCopies,
  readHere,
  trainHere,
  tryTraining,
  watchTraining,
  watchBlocking,
  recommendWith,
  retrieveHere,
  askIndex,
} satisfies PageFunctions);

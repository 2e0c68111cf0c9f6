/** What the page and the worker that reads, learns and answers say to each other. */

import type {
  FoundColumn,
  Inspection,
  LearningOptions,
  LeftOut,
  ModelOptions,
  ReadOptions,
} from "gru4rec";

import type { Part } from "./part.js";

/** What was read, and all that the page shows of it. */
export interface LogFacts {
  readonly name: string;
  /** Bytes of the file; undefined for the sample shop. */
  readonly size: number | undefined;
  readonly seconds: number;
  readonly isShop: boolean;
  readonly events: number;
  readonly sessions: number;
  readonly firstTime: number;
  readonly lastTime: number;
  /** False where times are only an order. */
  readonly isDated: boolean;
  readonly rows: number;
  readonly leftOut: readonly LeftOut[];
  readonly notes: readonly string[];
  readonly columns: Readonly<Record<"visit" | "item" | "time", FoundColumn | undefined>>;
  /** Whether visits were cut out of visitors, by this pause in seconds. */
  readonly pause: number | undefined;
  /** Events of each kind, and the kinds that were chosen, where a column tells kinds. */
  readonly kinds?: Readonly<Record<string, number>>;
  readonly chosen?: readonly string[];
  readonly timeUnit: string;
  readonly form: string;
  readonly testSessions: number;
  /** Visits of 2 clicks, of 3, …; the last number counts those of more, too. */
  readonly lengths: readonly number[];
  /** By row: id, name, category, clicks. */
  readonly ids: readonly string[];
  readonly names: readonly string[] | undefined;
  readonly categories: readonly string[] | undefined;
  readonly support: Int32Array;
}

/** Tells one log from another, whatever its file is called. */
export function markOf({ events, sessions, ids, firstTime, lastTime }: LogFacts): string {
  return [events, sessions, ids.length, firstTime, lastTime].join(" ");
}

/** The beginning of a table, before it is known what its columns are. */
export interface Peek {
  readonly columns: readonly PeekColumn[];
  readonly rows: readonly (readonly string[])[];
  readonly form: string;
  /** Between two fields of a line; undefined where lines are objects. */
  readonly delimiter?: string;
}

export interface PeekColumn {
  readonly name: string;
  /** What its values look like, in words. */
  readonly looks: string;
}

export interface Measured {
  /** Passes done, fractions too. */
  readonly pass: number;
  readonly recall: number;
  readonly mrr: number;
}

export interface Baselines {
  readonly popular: Measured;
  readonly lastClick: Measured;
}

/** Everything that decides a training. */
export interface Settings {
  readonly model: ModelOptions;
  readonly learning: LearningOptions;
  readonly patience: number | undefined;
  readonly numerics: "fast" | "portable";
  readonly threads: number | "auto";
}

/** Where a training is, several times a second. */
export interface Progress {
  readonly pass: number;
  readonly passes: number;
  /** Share of this pass, 0 to 1. */
  readonly share: number;
  readonly loss: number;
  /** Clicks a second. */
  readonly rate: number;
  /** Seconds, without the measuring. */
  readonly left: number;
  readonly threads: number;
  readonly series: Series;
}

/** A training that was kept, as the page shows it before going on. */
export interface Kept {
  readonly logName: string;
  readonly isShop: boolean;
  readonly settings: Settings;
  readonly series: Series;
  readonly pass: number;
  readonly passes: number;
  readonly share: number;
  /** The log by its counts and times. */
  readonly mark: string;
  /** Whether the log is kept, too. */
  readonly hasLog: boolean;
  readonly readOptions: ReadOptions;
}

/** What the charts draw. */
export interface Series {
  /** Loss by passes done. */
  readonly loss: readonly (readonly [pass: number, loss: number])[];
  readonly measured: readonly Measured[];
}

/** How far a click moved an item, as difference of the logarithm of its share, and its rank without it. */
export interface Effect {
  readonly shift: number;
  readonly rank: number;
}

export interface Guess {
  readonly item: number;
  /** Share relative to the first guess, 0 to 1. */
  readonly relative: number;
  /** One a click of the visit; undefined until they are known. */
  readonly effects: readonly Effect[] | undefined;
}

export interface Answer {
  readonly guesses: readonly Guess[];
  /** f32[items]: share of each item relative to the likeliest. */
  readonly relative: Float32Array;
  /** The item that each leave-one-out list begins with, by click. */
  readonly firstWithout: readonly number[] | undefined;
  /** The click without which the list would change most. */
  readonly mattersMost: number | undefined;
}

export interface Similar {
  readonly item: number;
  /** Cosine, −1 to 1. */
  readonly closeness: number;
}

/** A visit that was kept aside: its clicks but the last, and the last. */
export interface HeldVisit {
  readonly clicks: readonly number[];
  readonly next: number;
}

/** An error, made fit to travel. */
export interface Trouble {
  readonly name: string;
  readonly message: string;
  /** The option or the place that it names. */
  readonly where: string;
  readonly epoch?: number | undefined;
}

/** How a table is changed before it is read: its rows numbered, its dates turned, its letters those of Windows. */
export type Rewriting = "rows" | "days" | "windows";

export type Ended = "done" | "stopped" | "taken";

/** What the page may ask for, and what it gets. */
export interface Engine {
  peek(file: File): Promise<Peek | undefined>;
  read(files: readonly File[], options: ReadOptions): Promise<LogFacts>;
  lastDays(file: File, days: readonly number[], bytes: number): Promise<Part | undefined>;
  rowsBefore(file: File, line: number): Promise<File | undefined>;
  rewrite(file: File, how: Rewriting, delimiter?: string): Promise<File>;
  shop(): Promise<LogFacts>;
  cancel(): Promise<void>;
  inspect(): Promise<Inspection>;
  baselines(): Promise<Baselines>;
  /** Bytes that a training takes; throws where an option is out of its bounds. */
  estimate(settings: Settings): Promise<number>;
  titles(
    file: File,
  ): Promise<{ names: readonly string[]; categories?: readonly string[]; found: number }>;
  /** @param from `"kept"`: where the kept training stands; `"here"`: where the last one of this tab ended */
  train(settings: Settings, from: "start" | "kept" | "here", steal: boolean): Promise<Ended>;
  pause(isPaused: boolean): Promise<void>;
  stop(): Promise<void>;
  ask(visit: readonly number[], exclude: readonly number[], effects: boolean): Promise<Answer>;
  similar(item: number): Promise<readonly Similar[]>;
  held(number: number): Promise<HeldVisit | undefined>;
  save(): Promise<Uint8Array<ArrayBuffer>>;
  open(file: File): Promise<LogFacts>;
  lists(count: number): Promise<Blob>;
  kept(): Promise<Kept | undefined>;
  readKept(): Promise<LogFacts>;
  forget(): Promise<void>;
}

/** What the worker tells unasked. */
export interface Events {
  reading: { readonly rows: number; readonly bytes: number; readonly total: number | undefined };
  progress: Progress;
  measured: Measured;
  /** Item vectors at this moment: f32[items, columns]. */
  vectors: { readonly values: Float32Array; readonly columns: number; readonly pass: number };
  /** The model that answers is a newer one. */
  learned: { readonly pass: number };
  saved: { readonly bytes: number };
  unsaved: { readonly reason: "full" | "forbidden" | "private"; readonly bytes: number };
}

/** The click log in hand: read from files or invented, and cut into what is learned from and what is kept aside. */

import {
  type Inspection,
  inspectSessions,
  type ReadOptions,
  type ReadProgress,
  readSessions,
  type Sessions,
  splitByTime,
} from "gru4rec";
import type { LogFacts } from "./protocol.js";

/** Most visits that are kept aside, and their largest share. */
const HELD = 2000;
const LARGEST_SHARE = 0.1;
/** Longer visits are counted together. */
const LONGEST = 20;

export interface Log {
  readonly facts: LogFacts;
  /** All of it, for pictures of the data. */
  readonly whole: Sessions;
  readonly train: Sessions;
  readonly test: Sessions;
}

/** Reads files. Throws what the reader throws. */
export async function readLog(
  files: readonly File[],
  options: ReadOptions,
  onProgress: (progress: ReadProgress) => void,
  signal: AbortSignal,
): Promise<Log> {
  const start = performance.now();
  const whole = await readSessions(files, { ...options, onProgress, signal });
  const report = whole.report!;
  if (report.longestSession < 2) {
    throw Object.assign(new Error(report.columns.session?.name ?? ""), { name: "SingleClicks" });
  }
  const isDated = whole.times.some((time) => time !== whole.times[0]);
  const [train, test] = parts(whole, isDated);
  const { columns } = report;
  const ids = train.items.ids.map(String);
  const facts: LogFacts = {
    name: report.names.join(", "),
    size: files.reduce((sum, { size }) => sum + size, 0),
    seconds: (performance.now() - start) / 1000,
    isShop: false,
    events: report.events,
    sessions: report.sessions,
    firstTime: report.firstTime,
    lastTime: report.lastTime,
    isDated: report.timeUnit !== "none" && report.firstTime > 1e8,
    rows: report.rows,
    leftOut: report.leftOut,
    notes: report.notes,
    columns: { visit: columns.session ?? columns.user, item: columns.item, time: columns.time },
    pause: columns.session || typeof report.gap !== "number" ? undefined : report.gap,
    ...(report.kinds && { kinds: report.kinds }),
    ...(options.events && { chosen: options.events }),
    timeUnit: report.timeUnit,
    form: formOf(report),
    testSessions: test.length,
    lengths: lengthsOf(whole),
    ids,
    names: undefined,
    categories: undefined,
    support: train.items.support.slice(),
  };
  return { facts, whole, train, test };
}

/** The last visits are kept aside; where all have one time, or there are too few, some are measured twice. */
function parts(whole: Sessions, isTimed: boolean): readonly [Sessions, Sessions] {
  const held = Math.min(HELD, Math.floor(LARGEST_SHARE * whole.length));
  if (held < 1 || !isTimed) return [whole, whole];
  try {
    const { train, test } = splitByTime(whole, { testSessions: held });
    return train.over(test.items).sessions ? [train, test] : [whole, whole];
  } catch {
    return [whole, whole]; // all visits begin at once
  }
}

export function lengthsOf({ offsets, length }: Sessions): number[] {
  const counts = new Array<number>(LONGEST - 1).fill(0);
  for (let s = 0; s < length; ++s) {
    const clicks = Math.min(LONGEST, offsets[s + 1]! - offsets[s]!);
    if (clicks >= 2) counts[clicks - 2]!++;
  }
  return counts.slice(0, counts.findLastIndex((visits) => visits > 0) + 1);
}

function formOf({
  format,
  delimiter,
  encoding,
  compression,
}: NonNullable<Sessions["report"]>): string {
  const names: Readonly<Record<string, string>> = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "bars",
  };
  const kind =
    format === "delimited" ? `separated by ${names[delimiter ?? ","] ?? delimiter}` : format;
  const packed = compression === "none" ? "" : `, ${compression}`;
  return `${kind}${encoding ? `, ${encoding.toUpperCase()}` : ""}${packed}`;
}

export function inspect({ whole }: Log): Promise<Inspection> {
  return inspectSessions(whole);
}

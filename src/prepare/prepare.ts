/** A log of any size, made into Parquet files of sessions that are in order. */

import { rm, stat } from "node:fs/promises";
import { ClickReader } from "../data/read/clicks.js";
import { checkReadOptions, type ReadOptions } from "../data/read/options.js";
import type { ReadReport } from "../data/read/report.js";
import { nameOf } from "../data/read/source.js";
import { Watch as Following, type ReadProgress } from "../data/read/watch.js";
import { sentence, words } from "../errors.js";
import { newFolderBeside, reasonOf, replaceFiles } from "../node/files.js";
import { type NodeSource, sourcesOf } from "../node/sources.js";
import { Database } from "./database.js";
import { type Plan, planOf, type Role, type Rules } from "./plan.js";
import { ottoSource, ratingsReading, type Sources } from "./raw-sources.js";
import { type Counts, type LeftOutEvents, Run, type Watch } from "./run.js";
import { literal, Staging } from "./staging.js";

export interface PrepareOptions {
  readonly reading: ReadOptions;
  /** What the files hold, where they are not tables of clicks. */
  readonly source?: "ratings" | "otto" | undefined;
  readonly rules: Rules;
  /** Bytes that the process is to stay within. */
  readonly memory: number;
  /** Which file a table goes into. */
  readonly pathOf: (role: Role) => string;
  readonly signal: AbortSignal | undefined;
  /** Hears how far the work is. */
  readonly watch: Watch;
}

export interface PreparedFile extends Counts {
  readonly role: Role;
  readonly path: string;
  readonly bytes: number;
}

export interface Prepared {
  /** How the log was read, and what was in it. */
  readonly report: ReadReport;
  readonly leftOut: readonly LeftOutEvents[];
  readonly files: readonly PreparedFile[];
}

/**
 * Reads a log, makes sessions of it, filters and splits them, and writes a file for each role of the rules.
 * All files are written, or none.
 *
 * @throws ConfigError, FormatError; Error when a disk is full; the reason of the signal
 */
export async function prepare(
  source: NodeSource | readonly NodeSource[],
  options: PrepareOptions,
): Promise<Prepared> {
  checkReadOptions(options.reading);
  const sources = await sourcesOf(source);
  const output = options.pathOf(options.rules.roles[0]!);
  try {
    const folder = await newFolderBeside(output);
    try {
      const database = await Database.open({ folder, ...options });
      try {
        return await prepareIn(folder, database, sources, options);
      } finally {
        database.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (cause) {
    if (typeof (cause as NodeJS.ErrnoException).code !== "string") throw cause;
    const found = words(reasonOf(cause));
    throw new Error(sentence(output, "room for it and for what it is made of", found), { cause });
  }
}

async function prepareIn(
  folder: string,
  database: Database,
  found: Sources,
  options: PrepareOptions,
): Promise<Prepared> {
  const { rules, signal, watch, source } = options;
  const staging = await Staging.begin(database, folder, signal);
  try {
    const onProgress = ({ bytes, totalBytes = Number.NaN, rows }: ReadProgress): void =>
      watch("read", rows, (rows * totalBytes) / bytes);
    const following = new Following(found, { signal, onProgress });
    const isRatings = source === "ratings";
    const reading = isRatings ? await ratingsReading(found, options.reading) : options.reading;
    const reader = new ClickReader(reading, staging, following);
    for (const one of found) {
      following.begin(one);
      await reader.add(source === "otto" ? await ottoSource(one) : one, nameOf(one));
    }
    const understood = await reader.finish();
    const facts = await staging.finish(understood);

    const plan = planOf(rules, understood.gap);
    const run = new Run(database, staging.events, watch);
    for (const step of plan.sessions) await run.step(step);
    await staging.drop();
    const report = { ...understood.report(facts), ...(await run.counts("events")) };
    for (const step of plan.steps) await run.step(step);
    return { report, files: await write(plan, run, options.pathOf), leftOut: run.leftOut };
  } finally {
    await staging.close();
  }
}

async function write(
  { outputs }: Plan,
  run: Run,
  pathOf: PrepareOptions["pathOf"],
): Promise<PreparedFile[]> {
  const counts: Counts[] = [];
  for (const { role, table } of outputs) {
    const counted = await run.counts(table);
    if (counted.events === 0) run.refuseEmpty(role);
    counts.push(counted);
  }
  const paths = outputs.map(({ role }) => pathOf(role));
  await replaceFiles(paths, async (temporary) => {
    for (const [i, { role, sql }] of outputs.entries()) {
      const how = "FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE false";
      const copy = `COPY (${sql}) TO ${literal(temporary[i]!)} (${how})`;
      await run.step({ what: `write ${role}`, sql: copy });
    }
  });
  const files = outputs.map(async ({ role }, i): Promise<PreparedFile> => {
    const { size } = await stat(paths[i]!);
    return { role, path: paths[i]!, bytes: size, ...counts[i]! };
  });
  return Promise.all(files);
}

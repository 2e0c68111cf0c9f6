/** Recommendations for every visit of a file, in a file. */

import { open } from "node:fs/promises";
import { checkObject } from "../checks.js";
import { checkReadOptions, type ReadOptions } from "../data/read/options.js";
import { nameOf, type Source } from "../data/read/source.js";
import { readSessions } from "../data/readers.js";
import { Sessions } from "../data/sessions.js";
import { ConfigError, FormatError, words } from "../errors.js";
import {
  type Baseline,
  type GRU4Rec,
  type QueryOptions,
  type RecommendAllOptions,
  type Recommendation,
  type RetrievalIndex,
  recommendAll,
  TwoTowers,
} from "../index.js";
import type { Address } from "../platform.js";
import { checkWritable, pathOf, removeLeftovers, replaceFiles, saidInWords } from "./files.js";
import { sinkFor } from "./list-sinks.js";
import { type NodeSource, sourcesOf } from "./sources.js";
import { blocksOf, type VisitBlock } from "./visit-blocks.js";
import { NoStream, streamVisits } from "./visit-stream.js";

/** Options of `writeRecommendations`: those of `recommendAll`, and how a table of visits is read. */
export interface WriteOptions extends RecommendAllOptions, Pick<QueryOptions, "time"> {
  /** How `visits` are read, where they are a table. */
  readonly reading?: ReadOptions | undefined;
}

/** What was written. */
export interface WrittenLists {
  /** Visits there were. */
  readonly visits: number;
  /** Those of them without a list: no item of theirs is known. */
  readonly unanswered: number;
  /** Clicks on items that the model does not know. */
  readonly unknownEvents: number;
  /** Recommendations. */
  readonly rows: number;
}

/**
 * Writes what `recommendAll` gives for each visit, a row a recommendation, `visit,rank,item,score`: as CSV, as lines of
 * JSON or as Parquet, by the end of the path (`.csv`, `.ndjson`, `.parquet`). Visits stand in the order of the
 * sessions; one without a known item has no row and is counted. Lists are made and written some thousand visits at a
 * time, into a file beside the path, which takes its place when it is whole. After a failure the old file is
 * untouched.
 *
 * A table is read as a stream where its visits ascend by id, each with its rows together; memory then does not grow
 * with it. Any other table is read whole, as by `readSessions`, and `onWarning` hears why; standard input is refused.
 *
 * @param visits sessions, or what `readSessions` takes. Of a table `onProgress` tells as many visits in all as were answered
 * @throws ConfigError when the path cannot be written to, or as `recommendAll`; FormatError as `readSessions`; Error when
 *   writing fails; the signal's reason when aborted
 */
export async function writeRecommendations(
  model: GRU4Rec | TwoTowers | RetrievalIndex | Baseline,
  visits: Sessions | NodeSource | readonly NodeSource[],
  path: string | Address,
  options: WriteOptions = {},
): Promise<WrittenLists> {
  const file = pathOf(path);
  const sink = sinkFor(file);
  checkObject("recommendAll options", options, "an object");
  const { reading = {}, ...asked } = options;
  checkReadOptions(reading);
  await recommendAll(model as GRU4Rec, [], asked); // checks model and options before there is work
  const given = visits instanceof Sessions ? visits : await sourcesOf(visits);
  await checkWritable(file);
  await removeLeftovers(file);
  // Towers would make an index of all items anew for every block.
  const index = model instanceof TwoTowers ? await model.index() : undefined;
  const read = { ...reading, signal: reading.signal ?? options.signal };
  const write = (from: VisitFeed, total?: number): Promise<WrittenLists> =>
    written(file, sink, new Lists(index ?? (model as GRU4Rec), asked, total), from);
  const writeAll = (sessions: Sessions): Promise<WrittenLists> =>
    write(feedOf(sessions), sessions.length);
  try {
    if (given instanceof Sessions) return await writeAll(given);
    try {
      return await write((use) => streamVisits(given, read, use));
    } catch (error) {
      if (!(error instanceof NoStream)) throw error;
      tellWhole(given, error, options);
    }
    return await writeAll(await readSessions(given, read));
  } finally {
    index?.dispose();
  }
}

/** Hands over all visits, block after block. */
type VisitFeed = (use: (block: VisitBlock) => Promise<void>) => Promise<void>;

function feedOf(sessions: Sessions): VisitFeed {
  return async (use) => {
    for (const block of blocksOf(sessions)) await use(block);
  };
}

/** @throws FormatError where a source cannot be read again, as standard input */
function tellWhole(
  sources: readonly Source[],
  reason: NoStream,
  { onWarning }: WriteOptions,
): void {
  for (const source of sources) {
    if (typeof source === "object" && "slice" in source) continue;
    const expected = "a file, or visits that ascend by id, each with its rows together";
    throw new FormatError(nameOf(source), expected, words(reason.message));
  }
  const expected = "rows sorted by visit, to be read as a stream";
  const remedy = "All clicks are held in memory.";
  onWarning?.(new ConfigError("visits", expected, words(reason.message), remedy));
}

async function written(
  file: string,
  sinkOf: ReturnType<typeof sinkFor>,
  lists: Lists,
  feed: VisitFeed,
): Promise<WrittenLists> {
  await replaceFiles([file], async ([temporary]) => {
    const handle = await open(temporary!, "wx");
    try {
      await saidInWords(file, "to write recommendations", async () => {
        const sink = await sinkOf(handle);
        await feed(async (block) => sink.write(block.ids, await lists.of(block)));
        await sink.end();
      });
    } finally {
      await handle.close();
    }
  });
  return lists.written;
}

/** Answers blocks of visits, and counts. */
class Lists {
  readonly #model: GRU4Rec | RetrievalIndex | Baseline;
  readonly #options: Omit<WriteOptions, "reading">;
  /** Of sessions; of a stream it is not known. */
  readonly #total: number | undefined;
  readonly #started = performance.now();
  #written = { visits: 0, unanswered: 0, unknownEvents: 0, rows: 0 };

  constructor(
    model: GRU4Rec | RetrievalIndex | Baseline,
    options: Omit<WriteOptions, "reading">,
    total: number | undefined,
  ) {
    this.#model = model;
    this.#options = options;
    this.#total = total;
  }

  get written(): WrittenLists {
    return this.#written;
  }

  async of({ begin, visits }: VisitBlock): Promise<Recommendation[][]> {
    const { items } = this.#model;
    const told = this.#written;
    const lists = await recommendAll(this.#model as GRU4Rec, visits, {
      ...this.#options,
      onProgress: ({ visits }) => this.#tell(begin + visits),
    });
    told.visits += visits.length;
    for (const [v, list] of lists.entries()) {
      told.rows += list.length;
      if (list.length === 0) told.unanswered++;
      for (const id of visits[v]!) if (!items.has(id)) told.unknownEvents++;
    }
    return lists;
  }

  #tell(done: number): void {
    const seconds = (performance.now() - this.#started) / 1000;
    const visitsPerSecond = done / Math.max(seconds, 1e-6);
    this.#options.onProgress?.({ visits: done, totalVisits: this.#total ?? done, visitsPerSecond });
  }
}

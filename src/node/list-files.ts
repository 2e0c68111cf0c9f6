/** Recommendations for every visit of a file, in a file. */

import { open } from "node:fs/promises";
import { checkSessions, type Sessions } from "../data/sessions.js";
import {
  type Baseline,
  type GRU4Rec,
  type QueryOptions,
  type RecommendAllOptions,
  type RecommendAllProgress,
  type RetrievalIndex,
  recommendAll,
  TwoTowers,
} from "../index.js";
import type { Address } from "../platform.js";
import { checkWritable, pathOf, removeLeftovers, replaceFiles, saidInWords } from "./files.js";
import { sinkFor } from "./list-sinks.js";
import { blocksOf } from "./visit-blocks.js";

/** Options of `writeRecommendations`: those of `recommendAll`. */
export interface WriteOptions extends RecommendAllOptions, Pick<QueryOptions, "time"> {}

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
 * @throws ConfigError when the path cannot be written to, or as `recommendAll`; Error when writing fails; the signal's
 *   reason when aborted
 */
export async function writeRecommendations(
  model: GRU4Rec | TwoTowers | RetrievalIndex | Baseline,
  visits: Sessions,
  path: string | Address,
  options: WriteOptions = {},
): Promise<WrittenLists> {
  const file = pathOf(path);
  const sink = sinkFor(file);
  checkSessions("visits", visits);
  await recommendAll(model as GRU4Rec, [], options); // checks model and options before there is work
  await checkWritable(file);
  await removeLeftovers(file);
  // Towers would make an index of all items anew for every block.
  const index = model instanceof TwoTowers ? await model.index() : undefined;
  try {
    const answering = index ?? (model as GRU4Rec);
    let written: WrittenLists | undefined;
    await replaceFiles([file], async ([temporary]) => {
      const handle = await open(temporary!, "wx");
      try {
        written = await saidInWords(file, "to write recommendations", async () =>
          writeBlocks(answering, visits, await sink(handle), options),
        );
      } finally {
        await handle.close();
      }
    });
    return written!;
  } finally {
    index?.dispose();
  }
}

async function writeBlocks(
  model: GRU4Rec | RetrievalIndex | Baseline,
  sessions: Sessions,
  sink: Awaited<ReturnType<ReturnType<typeof sinkFor>>>,
  options: WriteOptions,
): Promise<WrittenLists> {
  const { itemIndices, items, length } = sessions;
  const known = Uint8Array.from(items.ids, (id) => (model.items.has(id) ? 1 : 0));
  const unknownEvents = itemIndices.reduce((count, item) => count + 1 - known[item]!, 0);
  const started = performance.now();
  let [unanswered, rows] = [0, 0];
  for (const block of blocksOf(sessions)) {
    const lists = await recommendAll(model as GRU4Rec, block.visits, {
      ...options,
      onProgress: ({ visits }) => {
        const done = block.begin + visits;
        const seconds = (performance.now() - started) / 1000;
        const progress: RecommendAllProgress = {
          visits: done,
          totalVisits: length,
          visitsPerSecond: done / Math.max(seconds, 1e-6),
        };
        options.onProgress?.(progress);
      },
    });
    await sink.write(block.ids, lists);
    for (const list of lists) {
      rows += list.length;
      if (list.length === 0) unanswered++;
    }
  }
  await sink.end();
  return { visits: length, unanswered, unknownEvents, rows };
}

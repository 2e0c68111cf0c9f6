/** Vectors of items and of visits, in files. */

import { checkFunction, checkObject } from "../checks.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import {
  type GRU4Rec,
  itemVectors,
  type RetrievalIndex,
  TwoTowers,
  type VisitVectorOptions,
  visitVectors,
} from "../index.js";
import type { Address } from "../platform.js";
import { checkWritable, pathOf, removeLeftovers, replaceFiles, saidInWords } from "./files.js";
import { type VectorSink, vectorFiles } from "./vector-sinks.js";
import { blocksOf } from "./visit-blocks.js";

/** Items whose vectors are written at a time. */
const ITEMS = 4096;

/** What was written. */
export interface WrittenVectors {
  /** Vectors in the file. */
  readonly rows: number;
  /** Numbers of each. */
  readonly columns: number;
}

/** What was written of visits. */
export interface WrittenVisitVectors extends WrittenVectors {
  /** Visits there were; those without an item that is read have no row. */
  readonly visits: number;
}

/** Options of `writeVisitVectors`. */
export interface WriteVectorOptions extends VisitVectorOptions {
  /** Called after each of some thousand visits with how many are done, and how many there are. */
  readonly onProgress?: ((visits: number, totalVisits: number) => void) | undefined;
}

/**
 * Writes what `itemVectors` gives, by the end of the path: `.npy`, f32[rows, columns], with the ids in `NAME.ids.ndjson`
 * beside it, one a line; or `.parquet` with the columns `id` (text) and `vector` (a list of FLOAT). Files are written
 * beside their paths and take their places when they are whole.
 *
 * @throws ConfigError when the path cannot be written to, Error when writing fails
 */
export async function writeItemVectors(
  model: GRU4Rec | TwoTowers | RetrievalIndex,
  path: string | Address,
): Promise<WrittenVectors> {
  return written(path, async (openSink) => {
    const { ids, values, rows, columns } = await itemVectors(model);
    const sink = await openSink();
    try {
      for (let begin = 0; begin < rows; begin += ITEMS) {
        const some = ids.slice(begin, begin + ITEMS);
        const end = begin + some.length;
        await sink.write(some, values.subarray(begin * columns, end * columns), columns);
      }
    } finally {
      await sink.close();
    }
    return { rows, columns };
  });
}

/**
 * Writes what `visitVectors` gives for each visit, some thousand at a time, in the way of `writeItemVectors`. Ids are
 * those of the visits.
 *
 * @throws as `writeItemVectors`; ConfigError as `visitVectors`; the signal's reason when aborted
 */
export async function writeVisitVectors(
  model: GRU4Rec | TwoTowers | RetrievalIndex,
  visits: Sessions,
  path: string | Address,
  options: WriteVectorOptions = {},
): Promise<WrittenVisitVectors> {
  checkObject("vector options", options, "an object");
  const { onProgress, ...asked } = options;
  checkFunction("onProgress", onProgress);
  checkSessions("visits", visits);
  const { columns } = await visitVectors(model, [], asked); // checks model and options before there is work
  // Towers would make an index of all items anew for every block.
  const index = model instanceof TwoTowers ? await model.index() : undefined;
  try {
    return await written(path, async (openSink) => {
      const sink = await openSink();
      let rows = 0;
      try {
        for (const block of blocksOf(visits)) {
          const found = await visitVectors(index ?? model, block.visits, asked);
          const ids = Array.from(found.visits, (v) => block.ids[v]!);
          await sink.write(ids, found.values, columns);
          rows += found.rows;
          onProgress?.(block.begin + block.ids.length, visits.length);
        }
      } finally {
        await sink.close();
      }
      return { rows, columns, visits: visits.length };
    });
  } finally {
    index?.dispose();
  }
}

/** What `write` makes, in the place of the files of `path` when it is whole. */
async function written<Result>(
  path: string | Address,
  write: (openSink: () => Promise<VectorSink>) => Promise<Result>,
): Promise<Result> {
  const file = pathOf(path);
  const { paths, open } = vectorFiles(file);
  for (const one of paths) {
    await checkWritable(one);
    await removeLeftovers(one);
  }
  let result: Result | undefined;
  await replaceFiles(paths, async (temporary) => {
    result = await saidInWords(file, "to write vectors", () => write(() => open(temporary)));
  });
  return result!;
}

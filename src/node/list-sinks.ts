/** Files of recommendations: rows `visit, rank, item, score`, as CSV, as JSON lines or as Parquet. */

import type { FileHandle } from "node:fs/promises";
import { ConfigError } from "../errors.js";
import type { Id, Recommendation } from "../index.js";
import { plain } from "./visit-blocks.js";

/** Takes lists of visits, block after block. */
export interface ListSink {
  write(visits: readonly Id[], lists: readonly (readonly Recommendation[])[]): Promise<void>;
  /** Writes what ends the file. */
  end(): Promise<void>;
}

const KINDS = { ".csv": csvSink, ".ndjson": linesSink, ".parquet": parquetSink } as const;

/** @throws ConfigError when the name of the file ends in none of the known ways */
export function sinkFor(path: string): (handle: FileHandle) => Promise<ListSink> {
  const [end = ""] = /\.[a-z]+$/i.exec(path) ?? [];
  const kind = end.toLowerCase() as keyof typeof KINDS;
  if (Object.hasOwn(KINDS, kind)) return KINDS[kind];
  throw new ConfigError("path", "a name that ends in .csv, .ndjson or .parquet", path);
}

async function csvSink(handle: FileHandle): Promise<ListSink> {
  await handle.appendFile("visit,rank,item,score\n");
  return textSink(handle, (visit, rank, { itemId, score }) => {
    return `${quoted(visit)},${rank},${quoted(itemId)},${score}\n`;
  });
}

async function linesSink(handle: FileHandle): Promise<ListSink> {
  return textSink(handle, (visit, rank, { itemId, score }) => {
    return `${JSON.stringify({ visit: plain(visit), rank, item: plain(itemId), score })}\n`;
  });
}

type Line = (visit: Id, rank: number, recommended: Recommendation) => string;

function textSink(handle: FileHandle, lineOf: Line): ListSink {
  return {
    async write(visits, lists) {
      let text = "";
      for (const [v, list] of lists.entries()) {
        for (const [i, one] of list.entries()) text += lineOf(visits[v]!, i + 1, one);
      }
      await handle.appendFile(text);
    },
    end: async () => {},
  };
}

/** A field of RFC 4180. */
function quoted(id: Id): string {
  const text = String(id);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Ids become text, because a column has one type. */
async function parquetSink(handle: FileHandle): Promise<ListSink> {
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const bytes = new ByteWriter();
  const text = { type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" } as const;
  const parquet = new ParquetWriter({
    writer: bytes,
    createdBy: "gru4rec",
    schema: [
      { name: "root", num_children: 4 },
      { name: "visit", ...text },
      { name: "rank", type: "INT32", repetition_type: "REQUIRED" },
      { name: "item", ...text },
      { name: "score", type: "FLOAT", repetition_type: "REQUIRED" },
    ],
  });
  const flush = async (): Promise<void> => {
    await handle.appendFile(bytes.getBytes().slice());
    bytes.index = 0;
  };
  return {
    async write(visits, lists) {
      const rows = lists.flatMap((list, v) => list.map((one, i) => ({ v, rank: i + 1, ...one })));
      if (rows.length === 0) return;
      parquet.write({
        rowGroupSize: rows.length,
        columnData: [
          { name: "visit", data: rows.map(({ v }) => String(visits[v]!)) },
          { name: "rank", data: Int32Array.from(rows, ({ rank }) => rank) },
          { name: "item", data: rows.map(({ itemId }) => String(itemId)) },
          { name: "score", data: Float32Array.from(rows, ({ score }) => score) },
        ],
      });
      await flush();
    },
    async end() {
      parquet.finish();
      await flush();
    },
  };
}

/** Files of vectors: `.npy` with the ids in a file beside it, or Parquet with columns `id` and `vector`. */

import { type FileHandle, open } from "node:fs/promises";
import { ConfigError } from "../errors.js";
import type { Id } from "../index.js";
import { plain } from "./visit-blocks.js";

/** Takes vectors with their ids, block after block. */
export interface VectorSink {
  /** @param values f32[ids.length, columns], borrowed */
  write(ids: readonly Id[], values: Float32Array, columns: number): Promise<void>;
  /** Writes what ends the files, and closes them. */
  close(): Promise<void>;
}

/** The files of some vectors, and what opens temporary ones in their place. */
export interface VectorFiles {
  readonly paths: readonly string[];
  open(temporary: readonly string[]): Promise<VectorSink>;
}

/** @throws ConfigError when the name of the file ends in none of the known ways */
export function vectorFiles(path: string): VectorFiles {
  const [end = ""] = /\.[a-z]+$/i.exec(path) ?? [];
  if (end.toLowerCase() === ".npy") {
    return { paths: [path, `${path.slice(0, -end.length)}.ids.ndjson`], open: npySink };
  }
  if (end.toLowerCase() === ".parquet") return { paths: [path], open: parquetSink };
  throw new ConfigError("path", "a name that ends in .npy or .parquet", path);
}

/** NumPy's format 1.0, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
const NPY_HEADER = 128;

function npyHeader(rows: number, columns: number): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const length = NPY_HEADER - 10;
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  return Uint8Array.of(
    ...[0x93, ...bytes("NUMPY"), 1, 0, length, 0],
    ...bytes(`${dictionary.padEnd(length - 1)}\n`),
  );
}

/** The header is written last: the number of rows is known at the end. */
async function npySink([vectors, ids]: readonly string[]): Promise<VectorSink> {
  const file = await open(vectors!, "wx");
  const beside = await open(ids!, "wx");
  let [rows, width] = [0, 0];
  await file.appendFile(npyHeader(0, 0));
  return {
    async write(some, values, columns) {
      await file.appendFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      await beside.appendFile(some.map((id) => `${JSON.stringify(plain(id))}\n`).join(""));
      rows += some.length;
      width = columns;
    },
    async close() {
      try {
        await file.write(npyHeader(rows, width), 0, NPY_HEADER, 0);
      } finally {
        await Promise.all([file.close(), beside.close()]);
      }
    },
  };
}

/** Ids as text: a column has one type. */
async function parquetSink([path]: readonly string[]): Promise<VectorSink> {
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const file: FileHandle = await open(path!, "wx");
  const bytes = new ByteWriter();
  const parquet = new ParquetWriter({
    writer: bytes,
    createdBy: "gru4rec",
    schema: [
      { name: "root", num_children: 2 },
      { name: "id", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      { name: "vector", converted_type: "LIST", repetition_type: "REQUIRED", num_children: 1 },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      { name: "element", type: "FLOAT", repetition_type: "REQUIRED" },
    ],
  });
  const flush = async (): Promise<void> => {
    await file.appendFile(bytes.getBytes().slice());
    bytes.index = 0;
  };
  return {
    async write(ids, values, columns) {
      if (ids.length === 0) return;
      const vector = (i: number): number[] => [...values.subarray(i * columns, (i + 1) * columns)];
      parquet.write({
        rowGroupSize: ids.length,
        columnData: [
          { name: "id", data: ids.map(String) },
          { name: "vector", data: ids.map((_, i) => vector(i)) },
        ],
      });
      await flush();
    },
    async close() {
      try {
        parquet.finish();
        await flush();
      } finally {
        await file.close();
      }
    },
  };
}

/**
 * A retrieval index as one safetensors file: the tensors of the query tower under their names
 * (parameters.ts), the ids that a query may hold, and
 *
 *     candidates       f32[candidates, width]  the vectors that queries are compared with
 *     candidates.rows  i32[candidates]         which of the items they are, where they are not all of
 *                                              them in their order
 *
 * Metadata are the options of the query tower, and how the towers were trained.
 */

import { Items } from "../../data/items.js";
import { FormatError } from "../../errors.js";
import { checked, checkedRows, checkNames, type RowsOf, tensorBytes } from "../../files/fields.js";
import { idTensor } from "../../files/ids.js";
import { encodeFile, type FileTensor } from "../../files/layout.js";
import { type Header, readHeader } from "../../files/safetensors.js";
import { atOnce } from "../../pause.js";
import { Arena } from "../../wasm/arena.js";
import { decodedParts, type ModelParts, metadataOf, WHAT } from "../model-file.js";
import { weightTensors } from "../weight-tensors.js";
import type { IndexInference } from "./index-inference.js";
import { planIndex } from "./index-plan.js";
import { type QueryTowerOptions, resolveQueryOptions } from "./query-options.js";

const KIND = "index";
const ROWS = "candidates.rows";

export interface IndexParts extends ModelParts<QueryTowerOptions> {
  /** The items that queries are compared with: some or all of `items`. */
  readonly candidates: Items;
}

export function encodeIndex(parts: IndexParts, weights: IndexInference): Uint8Array<ArrayBuffer> {
  const { items, candidates } = parts;
  const tensors: FileTensor[] = weightTensors(weights, weights.tensors);
  const rows = Int32Array.from(candidates.ids, (id) => items.indexOf(id));
  if (rows.length < items.size || rows.some((row, i) => row !== i)) {
    tensors.push({ name: ROWS, dtype: "I32", shape: [rows.length], pieces: () => [rows] });
  }
  const ids = atOnce(idTensor("items", items.ids));
  return encodeFile(WHAT, metadataOf(KIND, parts), [...tensors, ids]);
}

/**
 * The bytes are borrowed for as long as their rows are read.
 *
 * @throws FormatError naming the field that is not as it must be
 */
export async function decodeIndex(
  bytes: Uint8Array | ArrayBuffer,
): Promise<IndexParts & { readonly rows: RowsOf }> {
  const header = readHeader(bytes, WHAT);
  const parts = await decodedParts(header, {
    kind: KIND,
    resolve: resolveQueryOptions,
    tensors: ({ layers, queryLayers }) => layers.length + queryLayers.length,
  });
  const candidates = candidatesFrom(header, parts.items);
  const { options, items } = parts;
  const { tensors } = planIndex(new Arena(), options, items.size, candidates.size);
  const rows = await checkedRows(header, tensors);
  checkNames(header, new Set(["items", ROWS, ...tensors.map(({ name }) => name)]));
  return { ...parts, candidates, rows };
}

function candidatesFrom(header: Header, items: Items): Items {
  const count = header.entries.get(ROWS)?.shape[0];
  if (count === undefined) return items;
  const rows = new Int32Array(tensorBytes(header, ROWS, "I32", [count]));
  const wrong = rows.findIndex((row) => row < 0 || row >= items.size);
  if (wrong >= 0) {
    const expected = `a row from 0 to ${items.size - 1}`;
    throw new FormatError(`${WHAT}, ${ROWS}[${wrong}]`, expected, rows[wrong]);
  }
  return checked(header, "candidates", () =>
    Items.from(Array.from(rows, (row) => items.idOf(row))),
  );
}

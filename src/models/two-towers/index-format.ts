/**
 * A retrieval index as one safetensors file: the tensors of the query tower under their names
 * (parameters.ts), the ids that a query may hold, and
 *
 *     candidates       f32[candidates, width]  the vectors that queries are compared with
 *     candidates.rows  i32[candidates]         which of the items they are, where they are not all of
 *                                              them in their order
 *
 * Metadata are the options, and how the towers were trained.
 */

import { Items } from "../../data/items.js";
import { FormatError } from "../../errors.js";
import {
  checked,
  checkedInTurns,
  checkedRows,
  checkNames,
  decodedOptions,
  type RowsOf,
  tensorBytes,
} from "../../files/fields.js";
import { decodedIds, idTensor } from "../../files/ids.js";
import { checkKind, type FileKind, metadataFor } from "../../files/kinds.js";
import { encodeFile, type FileTensor } from "../../files/layout.js";
import { type Header, readHeader } from "../../files/safetensors.js";
import { atOnce } from "../../pause.js";
import { Arena } from "../../wasm/arena.js";
import { decodedTraining, type TrainingRecord, trainingMetadata } from "../training-record.js";
import { weightTensors } from "../weight-tensors.js";
import type { TowerInference } from "./inference.js";
import { type ResolvedTowerOptions, resolveTowerOptions } from "./options.js";
import { planTowers, towerTensors } from "./parameters.js";

export const WHAT = "model file";
const KIND = "index";
const VECTORS = "candidates";
const ROWS = "candidates.rows";

/** The parts that files of towers and of indices both hold. */
export interface TowerParts {
  readonly items: Items;
  readonly options: ResolvedTowerOptions;
  readonly training: TrainingRecord | undefined;
}

interface IndexParts extends TowerParts {
  /** The items that queries are compared with: some or all of `items`. */
  readonly candidates: Items;
}

/** @param vectors f32[candidates, width] */
export function encodeIndex(
  { items, candidates, options, training }: IndexParts,
  query: TowerInference,
  vectors: Float32Array,
): Uint8Array<ArrayBuffer> {
  const shape = [candidates.size, query.parameters.width];
  const tensors: FileTensor[] = [
    ...weightTensors(query, query.tensorsOf("query")),
    { name: VECTORS, dtype: "F32", shape, pieces: () => [vectors] },
  ];
  const rows = Int32Array.from(candidates.ids, (id) => items.indexOf(id));
  if (rows.length < items.size || rows.some((row, i) => row !== i)) {
    tensors.push({ name: ROWS, dtype: "I32", shape: [rows.length], pieces: () => [rows] });
  }
  const metadata = { ...metadataFor(KIND, options), ...trainingMetadata(training) };
  return encodeFile(WHAT, metadata, [...tensors, atOnce(idTensor("items", items.ids))]);
}

/**
 * The bytes are borrowed for as long as their rows are read: of the query tower's tensors, and of
 * `vectors`.
 *
 * @throws FormatError naming the field that is not as it must be
 */
export async function decodeIndex(bytes: Uint8Array | ArrayBuffer): Promise<
  IndexParts & {
    readonly rows: RowsOf;
    readonly vectors: { readonly name: string; readonly columns: number };
  }
> {
  const header = readHeader(bytes, WHAT);
  const parts = await decodedParts(header, KIND);
  const { items, options } = parts;
  const count = Object.keys(options.features).length;
  if (count > 0) {
    const expected = "none: an index has them in the rows of its items";
    throw new FormatError(`${WHAT}, features`, expected, count);
  }
  const candidates = candidatesFrom(header, items);
  const parameters = planTowers(new Arena(), options, items.size, 0);
  const { query } = towerTensors(parameters);
  const { width } = parameters;
  const vectors = { name: VECTORS, shape: [candidates.size, width], columns: width };
  const rows = await checkedRows(header, [...query, vectors]);
  const names = query.map(({ name }) => name);
  checkNames(header, new Set([...names, VECTORS, ROWS, "items"]));
  return { ...parts, candidates, rows, vectors };
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
  return checked("candidates", () => Items.from(Array.from(rows, (row) => items.idOf(row))));
}

/** Reads the parts that files of towers and of indices both hold. Throws FormatError. */
export async function decodedParts(header: Header, kind: FileKind): Promise<TowerParts> {
  const { metadata, entries } = header;
  checkKind(header, kind);
  const options = decodedOptions(metadata.options, resolveTowerOptions);
  const training = decodedTraining(header);
  // Checked before layers are planned: a file of a few MB can list a million layers.
  const { layers, queryLayers, candidateLayers, features } = options;
  const depth = layers.length + queryLayers.length;
  const most = Math.max(depth, candidateLayers.length, Object.keys(features).length);
  if (most > entries.size) {
    const expected = `no more layers than its ${entries.size} tensors`;
    throw new FormatError(`${WHAT}, layers`, expected, most);
  }
  const ids = await decodedIds(header, "items");
  const items = await checkedInTurns("items", Items.arriving(ids));
  return { items, options, training };
}

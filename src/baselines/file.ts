/**
 * A baseline as one safetensors file: its kind and options in the metadata; its columns, the ids of the items and
 * their events as tensors. Those of nearest neighbours are the sessions themselves. The reader trusts nothing.
 */

import { Items } from "../data/items.js";
import { FormatError, words } from "../errors.js";
import {
  checkedInTurns,
  checkNames,
  decodedObject,
  finiteFloats,
  tensorBytes,
} from "../files/fields.js";
import { decodedIds, idTensor } from "../files/ids.js";
import { checkKind, metadataFor } from "../files/kinds.js";
import { encodeFile, type FileTensor } from "../files/layout.js";
import { type Header, readHeader } from "../files/safetensors.js";
import { atOnce, pace } from "../pause.js";
import type { Columns } from "./kind.js";

const WHAT = "baseline file";
/** Rows that are checked in about a millisecond. */
const PIECE = 2 ** 16;

/** What a file holds. */
export interface BaselineParts {
  /** The kind and its options. */
  readonly options: { readonly baseline: string } & Readonly<Record<string, unknown>>;
  readonly items: Items;
  readonly columns: Columns;
}

export function encodeBaseline({
  options,
  items,
  columns,
}: BaselineParts): Uint8Array<ArrayBuffer> {
  const tensors = Object.entries({ ...columns, support: items.support }).map(
    ([name, values]): FileTensor => ({
      name,
      dtype: values instanceof Float32Array ? "F32" : "I32",
      shape: [values.length],
      pieces: () => [values],
    }),
  );
  const all = [...tensors, atOnce(idTensor("items", items.ids))];
  return encodeFile(WHAT, metadataFor("baseline", options), all);
}

/**
 * @param check fills in and checks the options of a kind
 * @throws FormatError naming the field that is not as it must be
 */
export async function decodeBaseline(
  bytes: Uint8Array | ArrayBuffer,
  check: (options: object) => BaselineParts["options"],
): Promise<BaselineParts> {
  const header = readHeader(bytes, WHAT);
  checkKind(header, "baseline");
  const options = decodedObject(header, "options", check);
  const ids = await decodedIds(header, "items");
  const support = new Int32Array(tensorBytes(header, "support", "I32", [ids.length]));
  const items = await checkedInTurns(header, "items", Items.arriving(ids, support));
  const columns: Record<string, Int32Array | Float32Array> = {};
  for (const name of columnsOf(options.baseline)) columns[name] = columnOf(header, name);
  checkNames(header, new Set(["items", "support", ...Object.keys(columns)]));
  await checkColumns(columns, items.size);
  return { options, items, columns };
}

const RULES = ["begins", "rows", "scores"];
const SESSIONS = ["begins", "rows", "places", "ages"];
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  ...{ "item-knn": RULES, markov: RULES, ar: RULES, sr: RULES, "bpr-mf": ["vectors"] },
  ...{ "v-sknn": SESSIONS, stan: SESSIONS, vstan: SESSIONS },
};

function columnsOf(kind: string): readonly string[] {
  return COLUMNS[kind] ?? [];
}

function columnOf(header: Header, name: string): Int32Array | Float32Array {
  const shape = [header.entries.get(name)?.shape[0] ?? 0];
  const isFloat = ["scores", "ages", "vectors"].includes(name);
  if (isFloat) return finiteFloats(header, name, shape);
  return new Int32Array(tensorBytes(header, name, "I32", shape));
}

/** Lists must follow each other without a gap, and have each item of the catalogue at most once. */
async function checkColumns(
  { begins, rows, places, scores, ages, vectors }: Record<string, Int32Array | Float32Array>,
  items: number,
): Promise<void> {
  const fail = (name: string, expected: string, got: unknown): never => {
    throw new FormatError(`${WHAT}, ${name}`, expected, got);
  };
  if (vectors && (vectors.length === 0 || vectors.length % items > 0)) {
    fail("vectors", `as many for each of ${items} items`, words(String(vectors.length)));
  }
  if (!begins || !rows) return;
  const lists = ages ? ages.length : items;
  if (begins.length !== lists + 1 || begins[0] !== 0 || begins[lists] !== rows.length) {
    fail("begins", `${lists + 1} places from 0 to ${rows.length}`, words("others"));
  }
  for (const [name, beside] of Object.entries({ scores, places })) {
    if (beside && beside.length !== rows.length) fail(name, `${rows.length} values`, beside.length);
  }
  /** For each item: 1 + the last list that it was in. */
  const seen = new Int32Array(items);
  for (let list = 0; list < lists; ++list) {
    const [begin, end] = [begins[list]!, begins[list + 1]!];
    if (end < begin || end > rows.length) fail(`begins[${list + 1}]`, `at least ${begin}`, end);
    for (let i = begin; i < end; ++i) {
      const row = rows[i]!;
      if (!(row >= 0 && row < items)) fail(`rows[${i}]`, `an item below ${items}`, row);
      if (seen[row] === list + 1) fail(`rows[${i}]`, "an item once in a list", row);
      seen[row] = list + 1;
    }
    if (list % PIECE === 0) await pace();
  }
}

/** Every format that is read from outside. A new one takes one line in `formats` and good inputs. */

import { gzipSync } from "node:zlib";
import { readEvents } from "../../src/data/readers.js";
import { Sessions } from "../../src/data/sessions.js";
import { GRU4Rec, type ModelOptions } from "../../src/index.js";
import { decodeModel } from "../../src/model/format.js";
import type { Format } from "./fuzz.js";
import { bytewise, headed, misspelt, textual } from "./mutations.js";

/** For safetensors files of any content. */
const CONTAINER = [bytewise, headed, headed, headed, misspelt];
const TABLE = [bytewise, textual];

// biome-ignore format: one line each
export const formats: readonly Format[] = [
  { name: "model file", share: 10, seeds: modelFiles, read: decodeModel, mutations: CONTAINER },
  { name: "click log as text", share: 6, seeds: tables, read: readText, mutations: TABLE },
  { name: "click log as bytes", share: 4, seeds: packed, read: readBytes, mutations: TABLE },
];

async function modelFiles(): Promise<Uint8Array[]> {
  const options: ModelOptions[] = [
    { layers: [3] },
    { layers: [2, 2], resetAfter: true, embedding: "separate", loss: "bpr-max" },
    { layers: [2], cell: "rnn", embedding: "one-hot", loss: "top1" },
  ];
  const models = options.map((given) => GRU4Rec.create([1, "two", 3n, "__proto__"], given));
  return (await Promise.all(models)).map((model) => model.toBytes());
}

const TABLES = [
  "SessionId,ItemId,Time\n1,2,3\n1,3,4\n2,2,5\n",
  'visit\tproduct\ttime\r\na\t"b ""c"""\t2024-01-01T00:00:00Z\r\nb\t"d\r\ne"\t2024-01-02T00:00:00Z\r\n',
  "session_id;timestamp;item_id;more\r1;1396321232277;2;x\r1;1396321232278;3;y\r",
];

async function tables(): Promise<Uint8Array[]> {
  return TABLES.map((table) => new TextEncoder().encode(table));
}

async function packed(): Promise<Uint8Array[]> {
  return TABLES.flatMap((table) => [gzipSync(table), new TextEncoder().encode(`\ufeff${table}`)]);
}

/** As text: whatever is no UTF-8 becomes U+FFFD and is read on. */
function readText(bytes: Uint8Array): Promise<unknown> {
  return readEvents(new TextDecoder().decode(bytes)).then((table) => Sessions.from(table));
}

function readBytes(bytes: Uint8Array): Promise<unknown> {
  return readEvents(bytes).then((table) => Sessions.from(table));
}

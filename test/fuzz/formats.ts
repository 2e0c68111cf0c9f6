/** Every format that is read from outside. A new one takes one line in `formats` and good inputs. */

import { brotliCompressSync, gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import { readRatings } from "../../src/data/ratings.js";
import { unzstd } from "../../src/data/read/zstd.js";
import { readEvents, readSessions } from "../../src/data/readers.js";
import { readRecords } from "../../src/data/records.js";
import { Sessions } from "../../src/data/sessions.js";
import { readTitles } from "../../src/data/titles.js";
import {
  ConfigError,
  checkpointPlace,
  DivergedError,
  FormatError,
  GRU4Rec,
  type ModelOptions,
  RetrievalIndex,
  type TowerOptions,
  TwoTowers,
} from "../../src/index.js";
import { decodeModel } from "../../src/models/gru4rec/format.js";
import { decodeIndex } from "../../src/models/two-towers/index-format.js";
import { decodeTowers } from "../../src/models/two-towers/towers-format.js";
import { checkpoints, readCheckpoint, resume } from "./checkpoints.js";
import type { Format } from "./fuzz.js";
import { bytewise, headed, misspelt, numeric, textual } from "./mutations.js";
import { DUCKDB_TABLES, ZSTD_TABLES } from "./packed-tables.js";

/** For safetensors files of any content. */
const CONTAINER = [bytewise, headed, headed, headed, misspelt];
const TABLE = [bytewise, textual];
/** What is whole but of another training is an error of options; what is read may end training. */
const INSIDE = { mutations: [...CONTAINER, headed, numeric, numeric], seeds: checkpoints };
const OTHERS = [FormatError, ConfigError];

// biome-ignore format: one line each
const files: readonly Format[] = [
  { name: "model file", share: 10, seeds: modelFiles, read: decodeModel, mutations: CONTAINER },
  { name: "retrieval index", share: 4, seeds: indices, read: decodeIndex, mutations: CONTAINER },
  { name: "retrieval index, asked", share: 1, seeds: indices, read: askIndex, mutations: CONTAINER },
  { name: "two towers", share: 2, seeds: towers, read: decodeTowers, mutations: CONTAINER },
  { name: "checkpoint", share: 2, seeds: checkpoints, read: checkpointPlace, mutations: CONTAINER },
  { name: "all of a checkpoint", share: 2, ...INSIDE, read: readCheckpoint, refusals: OTHERS },
  { name: "training from a checkpoint", share: 0.1, ...INSIDE, read: resume, refusals: [...OTHERS, DivergedError] },
];

// biome-ignore format: one line each
export const tableFormats: readonly Format[] = [
  { name: "click log as text", share: 0.4, seeds: tables, read: readText, mutations: TABLE },
  { name: "click log as bytes", share: 0.4, seeds: packed, read: readBytes, mutations: TABLE },
  { name: "click log as JSON", share: 0.4, seeds: objects, read: readBytes, mutations: TABLE },
  { name: "click log in zstd", share: 0.4, seeds: zstds, read: readBytes, mutations: TABLE },
  { name: "zstd", share: 0.4, seeds: zstds, read: unpack, mutations: [bytewise] },
  { name: "click log in zip", share: 0.4, seeds: zips, read: readBytes, mutations: TABLE },
  { name: "click log as Parquet", share: 0.4, seeds: parquets, read: readBytes, mutations: TABLE },
  { name: "sequences", share: 0.4, seeds: sequences, read: readLines, mutations: TABLE },
  { name: "ratings", share: 0.4, seeds: ratings, read: readRatings, mutations: TABLE },
  { name: "titles", share: 0.4, seeds: titles, read: readTitles, mutations: TABLE },
  { name: "records", share: 0.4, seeds: records, read: readItems, mutations: TABLE },
];

export const formats: readonly Format[] = [...files, ...tableFormats];

async function modelFiles(): Promise<Uint8Array[]> {
  const options: ModelOptions[] = [
    { layers: [3] },
    { layers: [2, 2], resetAfter: true, embedding: "separate", loss: "bpr-max" },
    { layers: [2], cell: "rnn", embedding: "one-hot", loss: "top1" },
    { layers: [2], windowLength: 3, cell: "lstm" },
  ];
  const models = options.map((given) => GRU4Rec.create([1, "two", 3n, "__proto__"], given));
  return (await Promise.all(models)).map((model) => model.toBytes());
}

async function indices(): Promise<Uint8Array[]> {
  const options: TowerOptions[] = [
    { windowLength: 2, layers: [2], embeddingSize: 2 },
    { windowLength: 3, layers: [2, 3], queryLayers: [2], candidateLayers: [2], embeddingSize: 3 },
    {
      windowLength: 2,
      layers: [4],
      embeddingSize: 8,
      combine: "concatenate",
      timeBoundaries: [3, 5],
    },
  ];
  const towers = options.map((given) => TwoTowers.create([1, "two", 3n, "__proto__"], given));
  const models = await Promise.all(towers);
  return Promise.all(models.map(async (model) => (await model.index()).toBytes()));
}

async function towers(): Promise<Uint8Array[]> {
  const ids = [1, "two", 3n, "__proto__"];
  const plain = await TwoTowers.create(ids, { windowLength: 2, layers: [2], embeddingSize: 2 });
  const options: TowerOptions = {
    ...{ windowLength: 3, layers: [2], queryLayers: [2], candidateLayers: [2], embeddingSize: 2 },
    features: { title: { kind: "text", minCount: 1 }, tags: { kind: "categories" }, year: NUMBER },
  };
  const described = await TwoTowers.create(ids, options, [
    { itemId: 1, title: "A tent", tags: ["x", 7n, 3], year: 1995 },
    { itemId: 3n, title: "the tent", year: 2001 },
  ]);
  return [plain, described].map((model) => model.toBytes());
}

const NUMBER = { kind: "number" } as const;

/** Whatever was read answers, too. */
async function askIndex(bytes: Uint8Array): Promise<void> {
  using index = await RetrievalIndex.fromBytes(bytes);
  index.recommend([1, "two", "unheard of", 3n], { count: 3, exclude: [1] });
}

const TABLES = [
  "SessionId,ItemId,Time\n1,2,3\n1,3,4\n2,2,5\n",
  'visit\tproduct\ttime\r\na\t"b ""c"""\t2024-01-01T00:00:00Z\r\nb\t"d\r\ne"\t2024-01-02T00:00:00Z\r\n',
  "session_id;timestamp;item_id;more\r1;1396321232277;2;x\r1;1396321232278;3;y\r",
];

async function tables(): Promise<Uint8Array[]> {
  return TABLES.map(encoded);
}

async function packed(): Promise<Uint8Array[]> {
  return TABLES.flatMap((table) => [gzipSync(table), encoded(`\ufeff${table}`)]);
}

async function objects(): Promise<Uint8Array[]> {
  const rows = [1, 2, 3].map(
    (n) => `{"session_id":${n},"item_id":"i${n}","ts":${1e9 + n},"x":[{}]}`,
  );
  return [rows.join("\n"), `[${rows.join(",\n")}]`].map(encoded);
}

async function zips(): Promise<Uint8Array[]> {
  return TABLES.map((table) => zipSync({ "clicks.csv": encoded(table) }));
}

async function parquets(): Promise<Uint8Array[]> {
  const column = (name: string, data: unknown[], type: "STRING" | "INT64" | "DOUBLE") => ({
    name,
    data,
    type,
  });
  const columnData = [
    column("session_id", [1n, 1n, 2n, 2n], "INT64"),
    column("item_id", ["a", "b", "a", null], "STRING"),
    column("timestamp", [1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3], "DOUBLE"),
  ];
  const codecs = ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI"] as const;
  const compressors = { GZIP: gzipSync, BROTLI: brotliCompressSync };
  const packings = codecs.map((codec) => parquetWriteBuffer({ columnData, codec, compressors }));
  const deltas = [column("session_id", [1n, 1n, 2n, 9n], "INT64"), ...columnData.slice(1)].map(
    (one, i) => ({ ...one, data: one.data.slice(0, 3), encoding: ENCODINGS[i]! }),
  );
  const delta = parquetWriteBuffer({ columnData: deltas, codec: "UNCOMPRESSED" });
  return [...[...packings, delta].map((file) => new Uint8Array(file)), ...DUCKDB_TABLES];
}

const ENCODINGS = ["DELTA_BINARY_PACKED", "DELTA_BYTE_ARRAY", "BYTE_STREAM_SPLIT"] as const;

async function zstds(): Promise<Uint8Array[]> {
  return [...ZSTD_TABLES];
}

async function unpack(bytes: Uint8Array): Promise<void> {
  const chunks = (async function* () {
    yield bytes;
  })();
  for await (const _ of unzstd(chunks, "bytes"));
}

async function sequences(): Promise<Uint8Array[]> {
  return ["1 2 3 4\n2 3\n", "u\ti\nu\tj\n"].map(encoded);
}

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

async function ratings(): Promise<Uint8Array[]> {
  const csv = "userId,movieId,rating,timestamp\n1,2,3.5,1112486027\n1,3,4,1112484676\n";
  return ["1::2::3::978300760\n2::3::4::978302109\n", "1\t2\t3\t881250949\n", csv].map(encoded);
}

async function titles(): Promise<Uint8Array[]> {
  const csv = 'movieId,title,genres\n1,"Heat, The (1995)",Action|Crime\n2,M,(no genres listed)\n';
  const columns = `1|M (1931)|01-Jan-1931||http://m|${"0|".repeat(18)}1\n`;
  return ["1::M (1931)::Crime|Thriller\n2::Z (1969)::Drama\n", columns, csv].map(encoded);
}

async function records(): Promise<Uint8Array[]> {
  const csv = 'id,title,tags,price\n1,"Heat, The",a|b,1.5\n2,M,,\n';
  const lines = '{"id":1,"title":"M","tags":["a",2],"price":1e3}\n{"id":"2","tags":"a|b"}\n';
  return [csv, lines].map(encoded);
}

function readItems(bytes: Uint8Array): Promise<unknown> {
  return readRecords(bytes, {
    features: { title: { kind: "text" }, tags: { kind: "categories" }, price: NUMBER },
  });
}

/** As text: whatever is no UTF-8 becomes U+FFFD and is read on. */
function readText(bytes: Uint8Array): Promise<unknown> {
  return readEvents(new TextDecoder().decode(bytes)).then((table) => Sessions.from(table));
}

function readLines(bytes: Uint8Array): Promise<unknown> {
  return readSessions(bytes, { format: "sequences" });
}

function readBytes(bytes: Uint8Array): Promise<unknown> {
  return readEvents(bytes).then((table) => Sessions.from(table));
}

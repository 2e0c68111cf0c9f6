/** Trainings of both models on small made logs, and what comes of them: weights, figures and lists. */

import { createHash } from "node:crypto";
import type { Examples } from "../../../src/data/examples.js";
import {
  evaluate,
  examplesOf,
  fit,
  GRU4Rec,
  type ItemRecord,
  type ModelOptions,
  type Ratings,
  type Recommendation,
  readRatings,
  type TowerOptions,
  type TrainOptions,
  type TrainRetrievalOptions,
  TwoTowers,
} from "../../../src/index.js";
import { CounterRandom } from "../../../src/random.js";
import { PLAIN } from "../../plain.js";
import { clicks } from "../clicks.js";

/** On the calling thread, in the build that gives the same bits on every machine. */
const HERE = { threads: 0, numerics: "portable" } as const;
const SESSIONS = clicks(90, 17);
const WINDOW = 4;

/** A hash of the model's f32 tensors and the loss of the last epoch. */
export interface KnownBits {
  readonly weights: string;
  readonly loss: number;
}

export async function gru4rec(model: ModelOptions, options: TrainOptions): Promise<KnownBits> {
  using trained = await GRU4Rec.create(SESSIONS.items, { layers: [12], ...PLAIN, ...model });
  const rate = options.optimizer === "adadelta" ? {} : { learningRate: 0.05 };
  const learning = { epochs: 2, batchSize: 16, ...rate, ...HERE, ...options };
  const reports = await fit(trained, SESSIONS, learning);
  return { weights: weightsHash(trained.toBytes()), loss: digits(reports.at(-1)!.loss) };
}

export async function towers(
  model: TowerOptions,
  options: TrainRetrievalOptions | ((examples: Examples) => TrainRetrievalOptions),
): Promise<KnownBits> {
  const examples = examplesOf(await rated(), { windowLength: WINDOW });
  using trained = await newTowers(examples, model);
  const given = typeof options === "function" ? options(examples) : options;
  const reports = await fit(trained, examples, {
    ...{ epochs: 2, batchSize: 16, ...HERE },
    ...given,
  });
  return { weights: weightsHash(trained.toBytes()), loss: digits(reports.at(-1)!.loss) };
}

/** Figures of an evaluation and lists of a few visits, after a training. */
export async function answersOfGru4rec(model: ModelOptions): Promise<unknown> {
  using trained = await GRU4Rec.create(SESSIONS.items, { layers: [12], ...PLAIN, ...model });
  await fit(trained, SESSIONS, {
    ...{ epochs: 2, batchSize: 16, negatives: 8, learningRate: 0.05 },
    ...HERE,
  });
  const { ids } = SESSIONS.items;
  const figures = await evaluate(trained, clicks(40, 17, 2), { cutoffs: [1, 5], ...HERE });
  const { recall, mrr, ndcg, events } = figures;
  const visits = [[ids[3]!], [ids[0]!, ids[5]!, ids[9]!], [ids[16]!, ids[2]!]];
  const lists = visits.map((visit) => trained.recommend(visit, { count: 4, exclude: [ids[1]!] }));
  const similar = trained.similarItems(ids[4]!, { count: 3 });
  return plain({ recall, mrr, ndcg, events, lists: lists.map(lineOf), similar: lineOf(similar) });
}

export async function answersOfTowers(model: TowerOptions): Promise<unknown> {
  const examples = examplesOf(await rated(), { windowLength: WINDOW });
  using trained = await newTowers(examples, model);
  await fit(trained, examples, { epochs: 2, batchSize: 16, ...HERE });
  const figures = await evaluate(trained, examples, { cutoffs: [1, 5], ...HERE });
  const { recall, mrr, ndcg, events } = figures;
  const { ids } = trained.items;
  using index = await trained.index();
  const visits = [[ids[3]!], [ids[0]!, ids[5]!, ids[9]!]];
  const lists = visits.map((visit) => index.recommend(visit, { count: 4, exclude: [ids[1]!] }));
  return plain({ recall, mrr, ndcg, events, lists: lists.map(lineOf) });
}

async function newTowers(examples: Examples, model: TowerOptions): Promise<TwoTowers> {
  const sizes = { embeddingSize: 8, layers: [8], windowLength: WINDOW };
  const records = model.features ? examples.items.ids.map(recordOf) : [];
  return TwoTowers.create(examples.items, { ...sizes, ...model }, records);
}

/** 30 users who mostly go on to one of the next three of 19 items. */
function rated(): Promise<Ratings> {
  const random = new CounterRandom(5, 99);
  const lines: string[] = [];
  for (let user = 0; user < 30; ++user) {
    let item = random.below(19);
    for (let left = 3 + random.below(6); left > 0; --left) {
      lines.push(`${user}::m${item}::4::${lines.length * 1000}`);
      item = (item + 1 + random.below(3)) % 19;
    }
  }
  return readRatings(`${lines.join("\n")}\n`);
}

const WORDS = ["red", "blue", "tent", "stove", "lake"];

function recordOf(itemId: ItemRecord["itemId"], i: number): ItemRecord {
  const title = `${WORDS[i % 5]} ${WORDS[(i * 3 + 1) % 5]}`;
  return { itemId, title, kind: i % 4, tags: [i % 3, (i % 2) + 3], year: 1990 + ((i * 7) % 30) };
}

/** SHA-256 over names, shapes and bytes of the f32 tensors of a safetensors file, by name. */
function weightsHash(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begin = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, begin)));
  const hash = createHash("sha256");
  for (const name of Object.keys(header).sort()) {
    const { dtype, shape, data_offsets: offsets } = header[name];
    if (dtype !== "F32") continue;
    hash.update(`${name} ${shape.join("×")}\n`);
    hash.update(bytes.subarray(begin + offsets[0], begin + offsets[1]));
  }
  return hash.digest("hex");
}

/** Sums may be taken in another order: the last digits are not promised. */
function digits(loss: number): number {
  return Number(loss.toPrecision(9));
}

function lineOf(list: readonly Recommendation[]): string {
  return list.map(({ itemId, score }) => `${itemId} ${score}`).join(", ");
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The tutorial on MovieLens: its examples, its recipe, and files for a peer in Python. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import {
  type ExampleSplit,
  type Examples,
  examplesOf,
  splitAtRandom,
  splitAtTime,
  type TwoTowers,
} from "../src/index.js";
import { doorOf } from "../src/models/stored-model.js";
import { readRatings, readTitles } from "../src/node.js";

export const SETS = ["ml-100k", "ml-1m-first2999users"] as const;
export type SplitName = "random" | "time";

/** Examples of a set as the tutorial makes and splits them; undefined where the set is not there. */
export async function movieLens(
  set: (typeof SETS)[number],
  split: SplitName,
): Promise<ExampleSplit | undefined> {
  const folder = `${process.env.GRU4REC_DATA ?? "../shared/data"}/${set}`;
  if (!existsSync(`${folder}/ratings.tsv.gz`)) return undefined;
  const ratings = await readRatings(`${folder}/ratings.tsv.gz`);
  const titles = await readTitles(`${folder}/titles.tsv.gz`);
  const examples = examplesOf(ratings, { items: titles.map(({ id }) => id) });
  return split === "random" ? splitAtRandom(examples) : splitAtTime(examples);
}

/** Writes examples as flat i32 files; returns the folder. */
export function writeExamples(name: string, { contexts, targets }: Examples): string {
  return written(name, { contexts, targets });
}

/** Writes a model's weights as flat f32 files named as in src/models/two-towers/parameters.ts. */
export function writeTowers(name: string, model: TwoTowers): string {
  const weights = doorOf(model).now((weights) => weights);
  const all = weights.tensors.map((tensor) => [tensor.name, weights.read(tensor, 0, tensor.rows)]);
  return written(name, Object.fromEntries(all) as Record<string, Float32Array>);
}

function written(name: string, parts: Readonly<Record<string, Int32Array | Float32Array>>): string {
  const folder = `build/bench/data/${name}`;
  mkdirSync(folder, { recursive: true });
  for (const [part, { buffer, byteOffset, byteLength }] of Object.entries(parts)) {
    writeFileSync(`${folder}/${part}.bin`, new Uint8Array(buffer, byteOffset, byteLength));
  }
  return folder;
}

/** Checkpoints for the fuzzer: good ones of a few trainings, and the trainings that go on from them. */

import {
  fit,
  GRU4Rec,
  type ModelOptions,
  type Sessions,
  type TrainOptions,
  TwoTowers,
} from "../../src/index.js";
import { type Identity, identityOf } from "../../src/training/identity.js";
import { type Recipe, recipeNamed } from "../../src/training/recipe.js";
import { decodeCheckpoint } from "../../src/training/resumed.js";
import { sampled } from "../../src/training/sampled/recipe.js";
import { Validation } from "../../src/training/validation.js";
import { cycle } from "../training/clicks.js";

/** A training of either model, whose data are the log. */
interface Training {
  readonly create: () => Promise<Model>;
  readonly fit: (model: Model, options: object) => Promise<unknown>;
  readonly recipe: Recipe;
  readonly options: TrainOptions;
}

type Model = GRU4Rec | TwoTowers;

const log = cycle(6, 5);
/** Over the model's own catalogue. */
const held = cycle(3, 4).over(log.items).sessions as Sessions;
const PLAIN: TrainOptions = { epochs: 2, batchSize: 2, negatives: 4, threads: 0 };
const gru4rec = (model: ModelOptions, options: TrainOptions): Training => ({
  create: () => GRU4Rec.create(log.items, model),
  fit: (made, given) => fit(made as GRU4Rec, log, given),
  recipe: sampled,
  options,
});
const towers = (options: object): Training => ({
  create: () => TwoTowers.create(log.items, { layers: [4], embeddingSize: 4, windowLength: 2 }),
  fit: (made, given) => fit(made as TwoTowers, log, given),
  recipe: recipeNamed("model", "two-towers"),
  options: options as TrainOptions,
});

const TRAININGS: readonly Training[] = [
  gru4rec({ layers: [2] }, PLAIN),
  gru4rec(
    { layers: [2, 2], embedding: "separate", windowLength: 2 },
    { ...PLAIN, optimizer: "adam", momentum: 0.1 },
  ),
  gru4rec({ layers: [2] }, { ...PLAIN, validation: held, order: "random" }),
  towers(PLAIN),
  towers({ ...PLAIN, optimizer: "adam", validation: held, order: "random" }),
];

/** Of the end of each training, and of a moment within it. */
export async function checkpoints(): Promise<Uint8Array[]> {
  const all = TRAININGS.map(async (training) => {
    const kept: Uint8Array[] = [];
    const save = async (bytes: Uint8Array): Promise<void> => {
      kept.push(bytes.slice());
    };
    const checkpoint = { save, every: 0 };
    await training.fit(await training.create(), { ...training.options, epochs: 1, checkpoint });
    return [kept[0]!, kept.at(-1)!];
  });
  return (await Promise.all(all)).flat();
}

/** The training that a checkpoint says it is of, as far as can be told; else the first. */
function trainingOf(bytes: Uint8Array): Training {
  const header = Buffer.from(bytes.subarray(0, 4000)).toString("latin1");
  if (header.includes("temperature")) return TRAININGS[header.includes("adam") ? 4 : 3]!;
  if (header.includes("adam")) return TRAININGS[1]!;
  return TRAININGS[header.includes("recall@20") ? 2 : 0]!;
}

const identities = new Map<Training, Promise<Identity>>();

async function identityFor({ create, recipe, options: given }: Training): Promise<Identity> {
  const model = await create();
  const prepared = await recipe.prepare(model, log, given);
  return identityOf(prepared, given, await Validation.of(model, given));
}

/** Reads all that is in one. */
export async function readCheckpoint(bytes: Uint8Array): Promise<void> {
  const training = trainingOf(bytes);
  const identity = identities.get(training) ?? identityFor(training);
  identities.set(training, identity);
  await decodeCheckpoint(bytes, await identity);
}

/** Goes on from one to the end of the training. */
export async function resume(bytes: Uint8Array): Promise<void> {
  const training = trainingOf(bytes);
  using model = await training.create();
  const checkpoint = { save: () => {}, resume: bytes };
  await training.fit(model, { ...training.options, checkpoint });
}

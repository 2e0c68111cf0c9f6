/** Checkpoints for the fuzzer: good ones of a few trainings, and the trainings that go on from them. */

import {
  fit,
  GRU4Rec,
  type ModelOptions,
  type Sessions,
  type TrainOptions,
} from "../../src/index.js";
import { decodeCheckpoint } from "../../src/training/checkpoint.js";
import { type Identity, identityOf } from "../../src/training/identity.js";
import { sampled } from "../../src/training/sampled/recipe.js";
import { Validation } from "../../src/training/validation.js";
import { cycle } from "../training/clicks.js";

interface Training {
  readonly model: ModelOptions;
  readonly options: TrainOptions;
}

const log = cycle(6, 5);
/** Over the model's own catalogue. */
const held = cycle(3, 4).over(log.items).sessions as Sessions;
const PLAIN: TrainOptions = { epochs: 2, batchSize: 2, negatives: 4, threads: 0 };
const TRAININGS: readonly Training[] = [
  { model: { layers: [2] }, options: PLAIN },
  {
    model: { layers: [2, 2], embedding: "separate", windowLength: 2 },
    options: { ...PLAIN, optimizer: "adam", momentum: 0.1 },
  },
  { model: { layers: [2] }, options: { ...PLAIN, validation: held, order: "random" } },
];

const modelOf = ({ model }: Training): Promise<GRU4Rec> => GRU4Rec.create(log.items, model);

/** Of the end of each training, and of a moment within it. */
export async function checkpoints(): Promise<Uint8Array[]> {
  const all = TRAININGS.map(async (training) => {
    const kept: Uint8Array[] = [];
    const save = async (bytes: Uint8Array): Promise<void> => {
      kept.push(bytes.slice());
    };
    const checkpoint = { save, every: 0 };
    await fit(await modelOf(training), log, { ...training.options, epochs: 1, checkpoint });
    return [kept[0]!, kept.at(-1)!];
  });
  return (await Promise.all(all)).flat();
}

/** The training that a checkpoint says it is of, as far as can be told; else the first. */
function trainingOf(bytes: Uint8Array): Training {
  const header = Buffer.from(bytes.subarray(0, 4000)).toString("latin1");
  if (header.includes("adam")) return TRAININGS[1]!;
  return TRAININGS[header.includes("recall@20") ? 2 : 0]!;
}

const identities = new Map<Training, Promise<Identity>>();

async function identityFor({ model: options, options: given }: Training): Promise<Identity> {
  const model = await GRU4Rec.create(log.items, options);
  const prepared = await sampled.prepare(model, log, given);
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
  using model = await modelOf(training);
  const checkpoint = { save: () => {}, resume: bytes };
  await fit(model, log, { ...training.options, checkpoint });
}

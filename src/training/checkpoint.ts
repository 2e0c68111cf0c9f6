/**
 * A checkpoint: the whole state of a training as one safetensors file, to resume from.
 *
 *     table/*         every table with its optimiser state, as it stands in the job's memory
 *     hidden_*        f32[B, D] hidden states of all slots    position   i32, of the mini-batches
 *                     (both only within an epoch)
 *     model/*  best/* the weights by name: of the last whole epoch, and the best where they differ
 *     support         i32[items]
 *
 * Beside them the ids of the items (files/ids.ts). Metadata are strings: kind and version of the file,
 * the options of model and training, a fingerprint of the data, whether products were fused, and the
 * progress as JSON.
 */

import { ConfigError, FormatError, words } from "../errors.js";
import {
  checkedRows,
  checkNames,
  decodedObject,
  finiteFloats,
  type RowsOf,
  tensorBytes,
} from "../files/fields.js";
import { decodedIds, idSpec, idTensor } from "../files/ids.js";
import { checkKind } from "../files/kinds.js";
import { checkFile, filling, type Layout, layOut, type TensorSpec } from "../files/layout.js";
import { type Header, readHeader } from "../files/safetensors.js";
import type { StoredWeights } from "../models/stored-weights.js";
import { weightTensors } from "../models/weight-tensors.js";
import { inTurns, pause } from "../pause.js";
import { checkIdentity, type Identity, metadataOf, optionsIn, REMEDY } from "./identity.js";
import { checkedProgress, type Progress, placeOf } from "./progress.js";
import type { Plan } from "./recipe.js";
import type { CheckpointPlace } from "./run-options.js";

/** The kind of the file, and what it is called in errors. */
const CHECKPOINT = "checkpoint";
/** In front of the names of the weights of the last whole epoch, and of the best. */
const [MODEL, BEST] = ["model/", "best/"] as const;

/** Weights to keep beside the tables. */
export interface KeptWeights {
  readonly model: StoredWeights;
  /** The best ones, where they are others. */
  readonly best: StoredWeights | undefined;
}

/** The contents of a checkpoint. Its large tensors are read later. */
export interface DecodedCheckpoint {
  readonly progress: Progress;
  readonly hasBest: boolean;
  /** Rows of tensors with these names behind a prefix: `"model/"` of the last whole epoch, `"best/"`. */
  rows(prefix: string): RowsOf;
  readonly hidden: readonly Float32Array[];
  readonly position: Int32Array;
}

/** Its tensors apart from weights and ids; `within` an epoch, or at the end of one. */
function specsOf({ plan, items }: Identity, hasBest: boolean, within: boolean): TensorSpec[] {
  const floats = (name: string, shape: readonly number[]): TensorSpec => {
    return { name, dtype: "F32", shape };
  };
  const kept = hasBest ? [MODEL, BEST] : [MODEL];
  const specs = [
    ...plan.tables.map(({ name, shape }) => floats(name, shape)),
    ...kept.flatMap((prefix) =>
      plan.tensors.map(({ name, shape }) => floats(prefix + name, shape)),
    ),
    { name: "support", dtype: "I32" as const, shape: [items.size] },
  ];
  if (!within) return specs;
  const hidden = plan.hidden.map((shape, i) => floats(`hidden_${i}`, shape));
  return [...specs, ...hidden, { name: "position", dtype: "I32", shape: [plan.position] }];
}

/** Throws ConfigError when checkpoints of this training could not be read back. */
export function checkCheckpoints(identity: Identity): void {
  const specs = specsOf(identity, identity.validation !== "", true);
  checkFile(CHECKPOINT, metadataOf(identity), [...specs, idSpec("items", identity.items.ids)]);
}

/** Lays out the file and writes all but the tables. The caller writes those by name: `"table/Wy"`. */
export async function beginCheckpoint(
  identity: Identity,
  progress: Progress,
  { model, best }: KeptWeights,
  within: { readonly hidden: readonly Float32Array[]; readonly position: Int32Array } | undefined,
): Promise<Layout> {
  const { items } = identity;
  const ids = await inTurns(idTensor("items", items.ids));
  const metadata = { ...metadataOf(identity), progress: JSON.stringify(progress) };
  const specs = specsOf(identity, best !== undefined, within !== undefined);
  const layout = layOut(CHECKPOINT, metadata, [...specs, ids]);
  layout.write("support", 0, items.support);
  for (const [i, state] of (within?.hidden ?? []).entries()) layout.write(`hidden_${i}`, 0, state);
  if (within) layout.write("position", 0, within.position);
  await pause();
  const kept = [
    ...weightTensors(model, model.tensors, MODEL),
    ...(best ? weightTensors(best, best.tensors, BEST) : []),
  ];
  await inTurns(filling(layout, [ids, ...kept]));
  return layout;
}

/**
 * Reads a checkpoint; the bytes are borrowed for as long as its rows are read.
 *
 * @throws FormatError when the bytes are no checkpoint, or a broken one; ConfigError naming the option when
 *   it belongs to another training
 */
export async function decodeCheckpoint(
  bytes: Uint8Array | ArrayBuffer,
  identity: Identity,
): Promise<DecodedCheckpoint> {
  await pause(); // ends the turn of what was done before
  const header = readHeader(bytes, CHECKPOINT);
  checkKind(header, CHECKPOINT);
  checkIdentity(header, identity);
  const { plan, items } = identity;
  const ids = await decodedIds(header, "items");
  if (ids.length !== items.size || ids.some((id, item) => id !== items.ids[item])) {
    throw new ConfigError("items", "the items of the checkpoint", words("others"), REMEDY);
  }
  const progress = progressIn(header);
  checkEpochs(progress, plan);
  const hasBest = identity.validation !== "" && header.entries.has(BEST + plan.itemTable.name);
  checkProgress(progress, identity, hasBest);
  const weights = (hasBest ? [MODEL, BEST] : [MODEL]).flatMap((prefix) =>
    plan.tensors.map(({ name, shape }) => ({ name: prefix + name, shape })),
  );
  const rows = await checkedRows(header, [...plan.tables, ...weights]);
  const { within } = progress;
  const hidden = (within ? plan.hidden : []).map((shape, i) =>
    finiteFloats(header, `hidden_${i}`, shape),
  );
  const position = within ? integers(header, "position", plan.position) : new Int32Array(0);
  const support = integers(header, "support", items.size);
  if (support.some((count, item) => count !== items.support[item])) {
    throw new ConfigError("items", "the support that the checkpoint has", words("another"));
  }
  const names = specsOf(identity, hasBest, within !== undefined).map(({ name }) => name);
  checkNames(header, new Set([...names, "items"]));
  return {
    progress,
    hasBest,
    hidden,
    position,
    rows:
      (prefix) =>
      ({ name, columns }, begin, n) =>
        rows({ name: prefix + name, columns }, begin, n),
  };
}

/** `epochs` may equal the epochs that are done: then nothing is left to do. Fewer is an error. */
function checkEpochs({ epochs: done }: Progress, { learning }: Plan): void {
  const { epochs } = learning;
  if (epochs >= done) return;
  const remedy = "Raise `epochs` to go on from it, or begin anew without the checkpoint.";
  throw new ConfigError(
    "epochs",
    `at least the ${done} that the checkpoint has done`,
    epochs,
    remedy,
  );
}

/** Refuses a progress that no training with these options and data can have. */
function checkProgress(progress: Progress, identity: Identity, hasBest: boolean): void {
  const { epochs, within, best } = progress;
  const { events } = identity.plan;
  const fail = (expected: string, got: unknown): never => {
    throw new FormatError(`${CHECKPOINT}, progress`, expected, got);
  };
  if (within && within.events > events) {
    fail(`at most ${events} events in an epoch`, within.events);
  }
  const isMeasured = identity.validation !== "" && epochs > 0;
  if (isMeasured !== (best !== undefined)) {
    fail(isMeasured ? "a best epoch" : "no best epoch", words(best ? "one" : "none"));
  }
  if (best && !hasBest && best.epoch !== epochs) {
    fail(`the weights of epoch ${best.epoch}, the best`, words("none"));
  }
}

function integers(header: Header, name: string, length: number): Int32Array {
  return new Int32Array(tensorBytes(header, name, "I32", [length]));
}

function progressIn(header: Header): Progress {
  return decodedObject(header, "progress", checkedProgress);
}

/**
 * The place in the training where a checkpoint was made. Reads the header only.
 *
 * @throws FormatError when the bytes are no checkpoint
 */
export function checkpointPlace(bytes: Uint8Array | ArrayBuffer): CheckpointPlace {
  return checkpointFacts(bytes).place;
}

/** What a checkpoint says of its training. */
export interface CheckpointFacts {
  /** How far the training was. */
  readonly place: CheckpointPlace;
  /** Items of the catalogue. */
  readonly items: number;
  /** Of the model, and of the training. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Options of the training. */
  readonly learning: Readonly<Record<string, unknown>>;
  /** The version of the library that wrote it. */
  readonly library: string;
}

/**
 * The training that a checkpoint belongs to. Reads the header only.
 *
 * @throws FormatError when the bytes are no checkpoint
 */
export function checkpointFacts(bytes: Uint8Array | ArrayBuffer): CheckpointFacts {
  const header = readHeader(bytes, CHECKPOINT);
  checkKind(header, CHECKPOINT);
  return {
    place: placeOf(progressIn(header)),
    items: header.entries.get("support")?.shape[0] ?? 0,
    options: optionsIn(header, "options"),
    learning: optionsIn(header, "learning"),
    library: header.metadata.library ?? "unknown",
  };
}

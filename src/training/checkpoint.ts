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

import { idSpec, idTensor } from "../files/ids.js";
import { checkKind } from "../files/kinds.js";
import { checkFile, filling, type Layout, layOut, type TensorSpec } from "../files/layout.js";
import { readHeader } from "../files/safetensors.js";
import type { StoredWeights } from "../models/stored-weights.js";
import { weightTensors } from "../models/weight-tensors.js";
import { inTurns, pause } from "../pause.js";
import { progressIn } from "./checked-progress.js";
import { type Identity, metadataOf, optionsIn } from "./identity.js";
import { type Progress, placeOf } from "./progress.js";
import type { CheckpointPlace } from "./run-options.js";

/** The kind of the file, and what it is called in errors. */
export const CHECKPOINT = "checkpoint";
/** In front of the names of the weights of the last whole epoch, and of the best. */
export const MODEL = "model/";
export const BEST = "best/";

/** Weights to keep beside the tables. */
export interface KeptWeights {
  readonly model: StoredWeights;
  /** The best ones, where they are others. */
  readonly best: StoredWeights | undefined;
}

/** Its tensors apart from weights and ids; `within` an epoch, or at the end of one. */
export function specsOf(
  { plan, items }: Identity,
  hasBest: boolean,
  within: boolean,
): TensorSpec[] {
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

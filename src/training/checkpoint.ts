/**
 * A checkpoint: everything that a training goes on from, as one safetensors file.
 *
 *     table/*         every table with its optimiser state, as it stands in the job's memory
 *     hidden_*        f32[B, D] hidden states of all slots    position   i32, of the mini-batches
 *                     (both only within an epoch)
 *     model/*  best/* the weights by name: of the last whole epoch, and the best where they differ
 *     support         i32[items]
 *
 * Metadata are strings: format, version, the options of model and training, item ids, a fingerprint of
 * the sessions, whether products were fused, and the progress as JSON.
 */

import { ConfigError, FormatError, words } from "../errors.js";
import {
  checkFloats,
  checkFormat,
  checkNames,
  finiteFloats,
  floatsAt,
  tensorBytes,
} from "../files/fields.js";
import { type Layout, layOut, type TensorSpec } from "../files/layout.js";
import { type Header, readHeader } from "../files/safetensors.js";
import type { Inference } from "../models/gru4rec/inference.js";
import { type NamedTensor, piecesOf } from "../network/weights.js";
import { pacer, pause } from "../pause.js";
import { checkIdentity, type Identity, metadataOf, parsed } from "./identity.js";
import type { CheckpointPlace } from "./options.js";
import type { Plan } from "./plan.js";
import { isProgress, type Progress, placeOf } from "./progress.js";

const NAME = "gru4rec-checkpoint";
const VERSION = 1;
const WHAT = "checkpoint";

/** Weights to keep beside the tables. */
export interface KeptWeights {
  readonly model: Inference;
  /** The best ones, where they are others. */
  readonly best: Inference | undefined;
}

/** What a checkpoint says, beside the tensors that are read from it. */
export interface DecodedCheckpoint {
  readonly progress: Progress;
  readonly hasBest: boolean;
  /** Rows of a tensor, copied: `"table/output"`, `"model/Wy"`. */
  rows(prefix: string, tensor: NamedTensor, begin: number, rows: number): Float32Array<ArrayBuffer>;
  readonly hidden: readonly Float32Array[];
  readonly position: Int32Array;
}

/** The file but for its tables, which the caller writes by their names: `"table/output"`. */
export async function beginCheckpoint(
  identity: Identity,
  progress: Progress,
  { model, best }: KeptWeights,
  within: { readonly hidden: readonly Float32Array[]; readonly position: Int32Array } | undefined,
): Promise<Layout> {
  const { plan, items } = identity;
  const floats = (name: string, shape: readonly number[]): TensorSpec => ({
    ...{ name, dtype: "F32", shape },
  });
  const kept = { model, ...(best && { best }) };
  const metadata = {
    ...{ format: NAME, version: String(VERSION), ...metadataOf(identity) },
    progress: JSON.stringify(progress),
  };
  await pause(); // a large catalogue's ids, as text, are a turn's work
  const layout = layOut(metadata, [
    ...plan.tables.map(({ name, shape }) => floats(name, shape)),
    ...Object.entries(kept).flatMap(([prefix, weights]) =>
      weights.tensors.map(({ name, shape }) => floats(`${prefix}/${name}`, shape)),
    ),
    ...(within?.hidden ?? []).map((state, i) =>
      floats(`hidden_${i}`, [plan.slots, state.length / plan.slots]),
    ),
    { name: "support", dtype: "I32", shape: [items.size] },
    ...(within
      ? [{ name: "position", dtype: "I32" as const, shape: [within.position.length] }]
      : []),
  ]);
  layout.write("support", 0, items.support);
  for (const [i, state] of (within?.hidden ?? []).entries()) layout.write(`hidden_${i}`, 0, state);
  if (within) layout.write("position", 0, within.position);
  await pause();
  const pace = pacer();
  for (const [prefix, weights] of Object.entries(kept)) {
    for (const tensor of weights.tensors) {
      for (const { begin, rows } of piecesOf(tensor)) {
        const values = weights.read(tensor, begin, rows);
        layout.write(`${prefix}/${tensor.name}`, begin * tensor.columns, values);
        await pace();
      }
    }
  }
  return layout;
}

/**
 * Reads a checkpoint; the bytes are borrowed for as long as its rows are read.
 *
 * @throws FormatError when it is none, or a broken one; ConfigError naming the option when it was made
 *   for another training
 */
export async function decodeCheckpoint(
  bytes: Uint8Array | ArrayBuffer,
  identity: Identity,
): Promise<DecodedCheckpoint> {
  await pause(); // what was done before it is a turn of its own
  const pace = pacer();
  const header = readHeader(bytes, WHAT);
  checkFormat(header, NAME, VERSION);
  checkIdentity(header.metadata, identity);
  const { plan, items } = identity;
  const progress = decodedProgress(header.metadata.progress);
  checkEpochs(progress, plan);
  const hasBest = identity.validation !== "" && header.entries.has("best/Wy");
  checkProgress(progress, identity, hasBest);
  const expected = new Set<string>();
  const weights = (hasBest ? ["model", "best"] : ["model"]).flatMap((prefix) =>
    plan.tensors.map(({ name, shape }) => ({ name: `${prefix}/${name}`, shape })),
  );
  for (const { name, shape } of [...plan.tables, ...weights]) {
    expected.add(name);
    await checkFloats(header, name, shape, pace);
  }
  const { within } = progress;
  const hidden = (within ? plan.hidden : []).map((D, i) => {
    expected.add(`hidden_${i}`);
    return finiteFloats(header, `hidden_${i}`, [plan.slots, D]);
  });
  const position = within ? integers(header, "position", plan.position) : new Int32Array(0);
  const support = integers(header, "support", items.size);
  if (support.some((count, item) => count !== items.support[item])) {
    throw new ConfigError("items", "the support that the checkpoint has", words("another"));
  }
  checkNames(header, new Set([...expected, "support", ...(within ? ["position"] : [])]));
  return {
    ...{ progress, hasBest, hidden, position },
    rows: (prefix, { name, columns }, begin, rows) =>
      floatsAt(header, `${prefix}${name}`, begin * columns, rows * columns),
  };
}

/** As many epochs as were done leave nothing to do, which is fine; weights of fewer are not there any more. */
function checkEpochs({ epochs: done }: Progress, { config }: Plan): void {
  const { epochs } = config.learning;
  if (epochs >= done) return;
  const remedy = "Raise `epochs` to go on from it, or begin anew without the checkpoint.";
  throw new ConfigError(
    "epochs",
    `at least the ${done} that the checkpoint has done`,
    epochs,
    remedy,
  );
}

/** What no training with these options and sessions comes to. */
function checkProgress(progress: Progress, identity: Identity, hasBest: boolean): void {
  const { epochs, within, best } = progress;
  const { events, sessions } = identity.plan.config;
  const fail = (expected: string, got: unknown): never => {
    throw new FormatError(`${WHAT}, progress`, expected, got);
  };
  if (within && within.events > events - sessions) {
    fail(`at most ${events - sessions} events in an epoch`, within.events);
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

function decodedProgress(json: string | undefined): Progress {
  const progress = parsed(json);
  if (isProgress(progress)) return progress;
  throw new FormatError(WHAT, "a readable progress", words("something else"));
}

/**
 * Where the training stood that a checkpoint was made of; its tensors are not looked at.
 *
 * @throws FormatError when the bytes are no checkpoint
 */
export function checkpointPlace(bytes: Uint8Array | ArrayBuffer): CheckpointPlace {
  const header = readHeader(bytes, WHAT);
  checkFormat(header, NAME, VERSION);
  return placeOf(decodedProgress(header.metadata.progress));
}

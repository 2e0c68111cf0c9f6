/** Reads a checkpoint (training/checkpoint.ts), and refuses one of another training. */

import { ConfigError, FormatError, shown, words } from "../errors.js";
import {
  checkedRows,
  checkNames,
  finiteFloats,
  type RowsOf,
  tensorBytes,
} from "../files/fields.js";
import { decodedIds } from "../files/ids.js";
import { checkKind } from "../files/kinds.js";
import { type Header, readHeader } from "../files/safetensors.js";
import { pause } from "../pause.js";
import { progressIn } from "./checked-progress.js";
import { BEST, CHECKPOINT, MODEL, specsOf } from "./checkpoint.js";
import { type Identity, metadataOf, optionsIn } from "./identity.js";
import type { Progress } from "./progress.js";
import type { Plan } from "./recipe.js";

/** The contents of a checkpoint. Its large tensors are read later. */
export interface DecodedCheckpoint {
  readonly progress: Progress;
  readonly hasBest: boolean;
  /** Rows of tensors with these names behind a prefix: `"model/"` of the last whole epoch, `"best/"`. */
  rows(prefix: string): RowsOf;
  readonly hidden: readonly Float32Array[];
  readonly position: Int32Array;
}

const REMEDY = "Resume as the training was begun, or begin anew without the checkpoint.";

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

/**
 * Compares all but the number of epochs, which may be raised.
 *
 * @throws ConfigError naming the part that differs
 */
export function checkIdentity(header: Header, identity: Identity): void {
  const { plan } = identity;
  const { metadata: found } = header;
  sameOptions(plan.model, optionsIn(header, "options"));
  const learning = optionsIn(header, "learning");
  sameOptions({ ...plan.learning, epochs: 0 }, { ...learning, epochs: 0 });
  const ours = metadataOf(identity);
  const other = words("others");
  if (found.fused !== ours.fused) {
    const [then, now] = [found.fused, ours.fused].map((fused) =>
      fused === "true" ? "fast" : "portable",
    );
    const engine = then === "fast" ? "Use an engine with relaxed SIMD. " : "";
    throw new ConfigError(
      "numerics",
      `${JSON.stringify(then)} arithmetic, as in the checkpoint`,
      now,
      engine + REMEDY,
    );
  }
  const { data } = identity;
  if (found[data] !== ours[data]) {
    throw new ConfigError(data, `the ${data} that the checkpoint was made on`, other, REMEDY);
  }
  if (found.validation !== ours.validation) {
    throw new ConfigError("validation", "the validation of the checkpoint", other, REMEDY);
  }
}

function sameOptions(ours: object, found: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(ours)) {
    if (JSON.stringify(found[name]) === JSON.stringify(value)) continue;
    const then = found[name] === undefined ? "no such option" : shown(found[name]);
    throw new ConfigError(name, `${then}, as in the checkpoint`, value, REMEDY);
  }
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

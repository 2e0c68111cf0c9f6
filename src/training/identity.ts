/** The identity of a training: its data and its options. A checkpoint fits one identity only. */

import type { Items } from "../data/items.js";
import { ConfigError, shown, words } from "../errors.js";
import { decodedObject } from "../files/fields.js";
import { metadataFor } from "../files/kinds.js";
import type { Header } from "../files/safetensors.js";
import { isFused } from "../wasm/kernels.js";
import { fingerprint } from "./fingerprint.js";
import type { Plan, Training } from "./recipe.js";
import type { RunOptions } from "./run-options.js";
import type { Validation } from "./validation.js";

export interface Identity {
  readonly items: Items;
  readonly plan: Plan;
  /** Whether the kernels fuse multiply and add. */
  readonly fused: boolean;
  /** What mini-batches are made of, and its fingerprint. */
  readonly data: Training["data"];
  readonly fingerprint: string;
  /** Fingerprint of the validation's test cases and its measure; empty without one. */
  readonly validation: string;
}

export async function identityOf(
  { model, plan, columns, data }: Training,
  { numerics = "fast" }: RunOptions<unknown>,
  validation: Validation | undefined,
  steps = 0,
): Promise<Identity> {
  return {
    items: model.items,
    plan,
    fused: isFused(numerics),
    data,
    fingerprint: (await fingerprint(...Object.values(columns))) + (steps || ""),
    validation: (await validation?.identity()) ?? "",
  };
}

/** The identity as metadata of a file. */
export function metadataOf({
  plan,
  fused,
  data,
  fingerprint,
  validation,
}: Identity): Record<string, string> {
  return {
    ...metadataFor("checkpoint", plan.model),
    learning: JSON.stringify(plan.learning),
    fused: String(fused),
    [data]: fingerprint,
    validation,
  };
}

export const REMEDY = "Resume as the training was begun, or begin anew without the checkpoint.";

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

/** The options of the model, or of its training, that a checkpoint has. Throws FormatError. */
export function optionsIn(
  header: Header,
  field: "options" | "learning",
): Readonly<Record<string, unknown>> {
  return decodedObject(header, field, (options) => ({ ...options }));
}

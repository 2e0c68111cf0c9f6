/** The identity of a training: its data and its options. A checkpoint fits one identity only. */

import type { Items } from "../data/items.js";
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

/** The options of the model, or of its training, that a checkpoint has. Throws FormatError. */
export function optionsIn(
  header: Header,
  field: "options" | "learning",
): Readonly<Record<string, unknown>> {
  return decodedObject(header, field, (options) => ({ ...options }));
}

/** Names of activations, and their numbers in the kernels (assembly/activation.ts). */

import { ConfigError } from "../errors.js";

/** An activation by name: `"leaky-0.2"` sets the slope below 0, `"selu-1.05-1.67"` λ and a. */
export type ActivationName =
  | "linear"
  | "relu"
  | "tanh"
  | "leaky"
  | `leaky-${number}`
  | "elu"
  | "selu"
  | `selu-${number}-${number}`;

/** An activation in the form that kernels take. Kinds without `a` or `lambda` ignore them. */
export interface Activation {
  readonly kind: number;
  readonly a: number;
  readonly lambda: number;
}

const KINDS = { linear: 0, relu: 1, tanh: 2, leaky: 3, elu: 4, selu: 5 } as const;

/** y = x */
export const LINEAR: Activation = { kind: KINDS.linear, a: 0, lambda: 1 };

/** Slope of `"leaky"` below 0. */
const LEAK = 0.01;
/** The constants with which activations normalise themselves (Klambauer et al. 2017). */
const SELU_LAMBDA = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

const EXPECTED = '"linear", "relu", "tanh", "leaky", "leaky-a", "elu", "selu" or "selu-λ-a"';

/**
 * Reads an activation's name: `"leaky-0.2"` sets the slope, `"selu-1.05-1.67"` λ and a; the a of
 * `"elu"` is the option `eluParam`, 0 meaning linear as in the official code.
 *
 * @throws ConfigError naming `path` for anything else
 */
export function activationOf(name: ActivationName, eluParam: number, path: string): Activation {
  if (typeof name !== "string") throw new ConfigError(path, EXPECTED, name);
  const [base = "", ...numbers] = name.split("-");
  const values = numbers.map((text) => (text.trim() === "" ? Number.NaN : Number(text)));
  const valid = values.every((value) => value >= 0 && Number.isFinite(value));
  const expected = base === "leaky" ? [0, 1] : base === "selu" ? [0, 2] : [0];
  if (!Object.hasOwn(KINDS, base) || !valid || !expected.includes(values.length)) {
    throw new ConfigError(path, EXPECTED, name);
  }
  const kind = KINDS[base as keyof typeof KINDS];
  if (base === "leaky") return { kind, a: values[0] ?? LEAK, lambda: 1 };
  if (base === "selu")
    return { kind, a: values[1] ?? SELU_ALPHA, lambda: values[0] ?? SELU_LAMBDA };
  if (base === "elu") return { kind: eluParam === 0 ? KINDS.linear : kind, a: eluParam, lambda: 1 };
  return { kind, a: 0, lambda: 1 };
}

/**
 * When an option has an effect: each kind of options has a table of what its options need.
 *
 * An option that would do nothing is refused, so that nobody believes it did something. The value that
 * is the default is always allowed. Options that are not in a table always have an effect.
 */

import { ConfigError } from "../errors.js";
import { CELLS, type CellName } from "../network/cells/forward.js";

/** What another option must be. */
interface Need {
  /** After "unless", e.g. '`loss` is "cross-entropy"'. */
  readonly words: string;
  holds(options: Readonly<Record<string, unknown>>): boolean;
}

/** Everything that an option needs, by its name. */
export type Effects = Readonly<Record<string, readonly Need[]>>;

const need = (name: string, words: string, fits: (value: unknown) => boolean): Need => ({
  words: `\`${name}\` ${words}`,
  holds: (options) => fits(options[name]),
});

export const is = (name: string, ...wanted: readonly unknown[]): Need =>
  need(name, `is ${wanted.map((value) => JSON.stringify(value)).join(" or ")}`, (value) =>
    wanted.includes(value),
  );

export const isNot = (name: string, other: string): Need =>
  need(name, `is not ${JSON.stringify(other)}`, (value) => value !== other);

export const atLeast = (name: string, least: number): Need =>
  need(name, `is at least ${least}`, (value) => Number(value) >= least);

/** A list or an object with so many entries. */
export const holdsMany = (name: string, least: number): Need =>
  need(name, `has ${least} or more`, (value) => Object.keys(Object(value)).length >= least);

export const isGiven = (name: string): Need =>
  need(name, "is given", (value) => value !== undefined);

export const either = (one: Need, other: Need): Need => ({
  words: `${one.words} or ${other.words}`,
  holds: (options) => one.holds(options) || other.holds(options),
});

/** A cell with a reset gate. */
export const hasReset: Need = is(
  "cell",
  ...Object.keys(CELLS).filter((cell) => CELLS[cell as CellName].hasReset),
);

/**
 * @param options  with nothing left open, and the other options that they depend on
 * @param defaults of the options of this kind; one that is missing is `undefined`
 * @param prefix   stands before the name in an error
 * @throws ConfigError naming an option that has no effect, and what would give it one
 */
export function checkEffects(
  effects: Effects,
  options: object,
  defaults: object,
  prefix = "",
): void {
  const all = options as Readonly<Record<string, unknown>>;
  for (const [name, needs] of Object.entries(effects)) {
    const value = all[name];
    const usual = (defaults as typeof all)[name];
    if (value === undefined || value === usual) continue;
    const unmet = needs.find((need) => !need.holds(all));
    if (!unmet) continue;
    const expected = usual === undefined ? "nothing" : JSON.stringify(usual);
    throw new ConfigError(`${prefix}${name}`, `${expected} unless ${unmet.words}`, value);
  }
}

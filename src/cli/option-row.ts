/** Rows of the table of command-line options. */
import type { ValueKind } from "./values.js";

/** One option. */
export interface OptionRow {
  /** The kind of its value; `"flag"` takes none. */
  readonly kind: ValueKind;
  /** The placeholder of the value in the help, e.g. `"n"`. */
  readonly value?: string;
  readonly help: string;
  /** Shown as the default. */
  readonly byDefault?: string;
  readonly short?: string;
  readonly required?: boolean;
  /** A flag whose default is on: the help shows `--no-header`. */
  readonly negated?: boolean;
  /** Options that contradict it. */
  readonly conflicts?: readonly string[];
}

export type OptionGroup = Readonly<Record<string, OptionRow>>;

/** The rows with the library's defaults. A row with `byDefault` keeps it; a flag has none. */
export function withDefaults<Name extends string>(
  rows: Readonly<Record<Name, OptionRow>>,
  defaults: Readonly<Record<string, unknown>>,
): Readonly<Record<Name, OptionRow>> {
  const entries = Object.entries<OptionRow>(rows).map(([name, row]) => {
    const text = defaultText(defaults[name]);
    const isTold = row.kind !== "flag" && text !== undefined;
    return [name, isTold ? { byDefault: text, ...row } : row];
  });
  return Object.fromEntries(entries);
}

/** The rows of `one` that `other` has too, with the defaults of both where they differ. */
export function sharedRows(one: OptionGroup, other: OptionGroup, whose: string): OptionGroup {
  const shared = Object.entries(one).filter(([name]) => Object.hasOwn(other, name));
  return Object.fromEntries(
    shared.map(([name, row]) => {
      const { byDefault } = other[name]!;
      if (row.byDefault === undefined || byDefault === row.byDefault) return [name, row];
      return [name, { ...row, byDefault: `${row.byDefault}; ${whose} ${byDefault}` }];
    }),
  );
}

/** The rows of `one` that are not in `other`. */
export function rowsBeside(one: OptionGroup, other: OptionGroup): OptionGroup {
  return Object.fromEntries(Object.entries(one).filter(([name]) => !Object.hasOwn(other, name)));
}

function defaultText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(",") || "none";
  return typeof value === "number" || typeof value === "string" ? String(value) : undefined;
}

/** What an option of the command line is. */
import type { ValueKind } from "./values.js";

/** One option. */
export interface OptionRow {
  /** How its text becomes a value; `"flag"` takes none. */
  readonly kind: ValueKind;
  /** What stands for the value in the help, e.g. `"n"`. */
  readonly value?: string;
  readonly help: string;
  /** Shown as the default where the library's table has none, or one that depends. */
  readonly byDefault?: string;
  readonly short?: string;
  readonly required?: boolean;
  /** A flag that says no to what holds by default: `header` becomes `--no-header`. */
  readonly negated?: boolean;
  /** Options that say otherwise. */
  readonly conflicts?: readonly string[];
}

export type OptionGroup = Readonly<Record<string, OptionRow>>;

/** Turns rows of the option table into flags, and flags into values. Names flags in errors. */
import { type Command, Option } from "commander";
import { ConfigError } from "../index.js";
import {
  COMPARED_OPTIONS,
  COMPARISON_FILES,
  DOUBT_OPTIONS,
  JOBS_OPTION,
} from "./compare-options.js";
import { DATA_OPTIONS } from "./data-options.js";
import type { OptionGroup } from "./option-row.js";
import {
  CASE_OPTIONS,
  CHECKPOINT_OPTIONS,
  EVALUATION_OPTIONS,
  MODEL_OPTIONS,
  OUTPUT_OPTIONS,
  RECOMMEND_OPTIONS,
  TRAIN_OPTIONS,
} from "./options.js";
import { OFFICIAL_OPTION, PARAMS_OPTION } from "./parameter-options.js";
import { PREPARE_OPTIONS } from "./prepare-options.js";
import { RATING_OPTIONS } from "./rating-options.js";
import { FEATURE_OPTIONS, TASK_OPTIONS, TOWER_OPTIONS } from "./tower-options.js";
import { TUNE_OPTIONS } from "./tune-options.js";
import { UPDATE_OPTIONS } from "./update-options.js";
import { parseValue } from "./values.js";

/** `"dropoutHidden"` → `"dropout-hidden"`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * Adds the options of `group` to `command`, under `heading` in its help. A flag without a value has two forms, `--x`
 * and `--no-x`, of which the last one given counts; the help shows the one that changes the default.
 */
export function addOptions(command: Command, heading: string, group: OptionGroup): void {
  for (const [name, row] of Object.entries(group)) {
    const isFlag = row.kind === "flag";
    for (const isOn of isFlag ? [true, false] : [true]) {
      const flag = `--${isOn ? "" : "no-"}${kebabCase(name)}`;
      const isShown = !isFlag || isOn !== (row.negated ?? false);
      const option = new Option(
        `${row.short ? `-${row.short}, ` : ""}${flag}${row.value ? ` <${row.value}>` : ""}`,
        row.help + (row.byDefault ? ` (default ${row.byDefault})` : ""),
      ).helpGroup(heading);
      if (row.kind !== "flag") {
        option.argParser((text: string, before: unknown) =>
          parseValue(row.kind, flag, text, before),
        );
      }
      option.conflicts(isShown ? [...(row.conflicts ?? [])] : []).hideHelp(!isShown);
      command.addOption(option.makeOptionMandatory(row.required ?? false));
    }
  }
}

/** The values of a command's flags, as commander has them. */
export type Given = Readonly<Record<string, unknown>>;

/** The values given for the options of `group`. Options that were not given are absent, so defaults apply. */
export function pickOptions(group: OptionGroup, given: Given): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(group, name)));
}

const FLAGS: ReadonlySet<string> = new Set(
  [
    DATA_OPTIONS,
    MODEL_OPTIONS,
    TRAIN_OPTIONS,
    CHECKPOINT_OPTIONS,
    EVALUATION_OPTIONS,
    CASE_OPTIONS,
    OUTPUT_OPTIONS,
    RECOMMEND_OPTIONS,
    RATING_OPTIONS,
    TOWER_OPTIONS,
    TASK_OPTIONS,
    FEATURE_OPTIONS,
    PREPARE_OPTIONS,
    TUNE_OPTIONS,
    PARAMS_OPTION,
    OFFICIAL_OPTION,
    COMPARED_OPTIONS,
    COMPARISON_FILES,
    DOUBT_OPTIONS,
    JOBS_OPTION,
    UPDATE_OPTIONS,
  ].flatMap((group) => Object.keys(group)),
);

/**
 * A library error's message in the words of the command line:
 *
 *     dropoutHidden: expected … got 1.2      → --dropout-hidden: expected … got 1.2
 *     layers[1]: expected … got 0            → --layers, value 2: expected … got 0
 *     official.loss: expected … got "bpr"    → --official, loss: expected … got "bpr"
 *     … Lower `learningRate` (now 0.5).      → … Lower --learning-rate (now 0.5).
 *     minSupport: … Lower minSupport: …      → --min-support: … Lower --min-support: …
 */
export function inFlags(error: Error): string {
  const quoted = error.message.replace(
    /`(\w+)(?:: ([^`]+))?`/g,
    (whole, name: string, value?: string) => flagWith(name, value) ?? whole,
  );
  if (!(error instanceof ConfigError)) return quoted;
  const [, name = "", index, member] = /^(\w+)(?:\[(\d+)\]|\.(\w+))?$/.exec(error.path) ?? [];
  const flag = flagOf(name);
  if (flag === undefined) return quoted;
  const place = index === undefined ? member && `, ${member}` : `, value ${Number(index) + 1}`;
  const rest = quoted
    .slice(error.path.length)
    .replace(/(?<!["\w])[a-z]+[A-Z]\w*/g, (word) => flagOf(word) ?? word);
  return `${flag}${place ?? ""}${rest}`;
}

/** `header: false` → `--no-header`, `itemColumn: 3` → `--item-column 3`, `a: { b }` → `--a and --b` */
function flagWith(name: string, value: string | undefined): string | undefined {
  if (value === "false" && FLAGS.has(name)) return `--no-${kebabCase(name)}`;
  const flag = flagOf(name);
  const [, inner = ""] = /^\{ (\w+) \}$/.exec(value ?? "") ?? [];
  if (flag && flagOf(inner)) return `${flag} and ${flagOf(inner)}`;
  return flag && value !== undefined ? `${flag} ${value.replaceAll('"', "")}` : flag;
}

function flagOf(name: string): string | undefined {
  return FLAGS.has(name) ? `--${kebabCase(name)}` : undefined;
}

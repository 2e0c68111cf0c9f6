/** `--params` and `--official`: many options in one. Flags beside them win. */
import { stat } from "node:fs/promises";
import {
  ConfigError,
  type LearningOptions,
  type ModelOptions,
  mergeParameters,
  officialOptions,
  PARAMETER_SETS,
  type ParameterSet,
  type PublishedName,
} from "../index.js";
import { nearest } from "../nearest.js";
import { readParameters } from "../node.js";
import { type Given, kebabCase, pickOptions } from "./flags.js";
import { LEARNING_OPTIONS, MODEL_OPTIONS } from "./options.js";
import type { Report } from "./output.js";
import { TOWER_OPTIONS } from "./tower-options.js";

const PRESETS = Object.keys(PARAMETER_SETS);

/**
 * The flags, and the options of `--params` or `--official` as if they had been flags, too. Tells what has no
 * effect beside the rest.
 *
 * @throws ConfigError, FormatError
 */
export async function withParameters(given: Given, report: Report): Promise<Given> {
  const { params, official } = given;
  if (given.model === "two-towers") {
    return params === undefined ? given : { ...(await towerOptions(String(params))), ...given };
  }
  const flags: ParameterSet = {
    model: pickOptions(MODEL_OPTIONS, given) as ModelOptions,
    train: pickOptions(LEARNING_OPTIONS, given) as LearningOptions,
  };
  if (official !== undefined) {
    const { model, train, withoutEffect } = officialOptions(String(official), flags);
    tell(report, "--official", withoutEffect);
    return { ...given, ...model, ...train };
  }
  if (params === undefined) return given;
  const { model, train, withoutEffect } = mergeParameters(await setOf(String(params)), flags);
  tell(
    report,
    "--params",
    withoutEffect.map((name) => `--${kebabCase(name)}`),
  );
  return { ...given, ...model, ...train };
}

function tell(report: Report, flag: string, names: readonly string[]): void {
  if (names.length === 0) return;
  report.note(`${flag}: left out, without effect beside the rest: ${names.join(", ")}.`);
}

async function setOf(name: string): Promise<ParameterSet> {
  if (PRESETS.includes(name)) return PARAMETER_SETS[name as PublishedName];
  await checkFile(name);
  return readParameters(name);
}

async function towerOptions(name: string): Promise<Given> {
  if (PRESETS.includes(name)) {
    const expected = "the path of a JSON file with --model two-towers";
    throw new ConfigError("--params", expected, name, "It is a set of a GRU4Rec.");
  }
  await checkFile(name);
  const { model, train } = await readParameters(name, "two-towers");
  for (const option of Object.keys(model)) {
    if (Object.hasOwn(TOWER_OPTIONS, option)) continue;
    const remedy = "Give it as --features, which says how they are read, too.";
    throw new ConfigError(
      `${name}, model.${option}`,
      "nothing",
      model[option as "features"],
      remedy,
    );
  }
  return { ...model, ...train };
}

/** A name that is no path of a file was probably to be a published set. */
async function checkFile(name: string): Promise<void> {
  if (await stat(name).catch(() => undefined)) return;
  const expected = `${PRESETS.join(", ")} or the path of a JSON file`;
  const remedy = `Did you mean ${nearest(name, PRESETS)}?`;
  throw new ConfigError("--params", expected, name, /[./\\]/.test(name) ? undefined : remedy);
}

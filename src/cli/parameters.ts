/** `--params` and `--official`: many options in one. Flags beside them win. */
import { stat } from "node:fs/promises";
import {
  ConfigError,
  GRU4Rec,
  type LearningOptions,
  type ModelOptions,
  mergeParameters,
  officialOptions,
  PARAMETER_SETS,
  type ParameterSet,
  type PublishedName,
  resolveModelOptions,
  resolveTowerOptions,
  type TowerOptions,
} from "../index.js";
import { nearest } from "../nearest.js";
import { readParameters, type TowerParameterSet } from "../node.js";
import { type Given, kebabCase, pickOptions } from "./flags.js";
import { LEARNING_OPTIONS, MODEL_OPTIONS } from "./options.js";
import type { Report } from "./output.js";
import { TOWER_OPTIONS } from "./tower-options.js";
import type { Model } from "./update-inputs.js";

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
  tell(report, "--params", flagsOf(withoutEffect));
  return { ...given, ...model, ...train };
}

/**
 * The flags of `update`, and the training of `--params` as if it had been flags, too.
 *
 * @throws ConfigError also where the set is of a model with other options: an update changes none
 */
export async function withTraining(given: Given, model: Model, report: Report): Promise<Given> {
  if (given.params === undefined) return given;
  const params = String(given.params);
  const isGru4rec = model instanceof GRU4Rec;
  const set = isGru4rec ? await setOf(params) : await towerSet(params);
  const resolved: Readonly<Record<string, unknown>> = isGru4rec
    ? { ...resolveModelOptions(set.model as ModelOptions) }
    : { ...resolveTowerOptions(set.model as TowerOptions) };
  const own: Readonly<Record<string, unknown>> = { ...model.options };
  for (const name of Object.keys(set.model)) {
    if (JSON.stringify(own[name]) === JSON.stringify(resolved[name])) continue;
    const expected = `${JSON.stringify(own[name])}, as the model has`;
    const remedy = "An update changes no option of the model.";
    throw new ConfigError(`${params}, model.${name}`, expected, resolved[name], remedy);
  }
  if (!isGru4rec) return { ...set.train, ...given };
  const flags = { model: {}, train: pickOptions(LEARNING_OPTIONS, given) as LearningOptions };
  const { train, withoutEffect } = mergeParameters(set as ParameterSet, flags);
  tell(report, "--params", flagsOf(withoutEffect));
  return { ...given, ...train };
}

function flagsOf(names: readonly string[]): string[] {
  return names.map((name) => `--${kebabCase(name)}`);
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

async function towerSet(name: string): Promise<TowerParameterSet> {
  if (PRESETS.includes(name)) {
    const expected = "the path of a JSON file with --model two-towers";
    throw new ConfigError("--params", expected, name, "It is a set of a GRU4Rec.");
  }
  await checkFile(name);
  return readParameters(name, "two-towers");
}

async function towerOptions(name: string): Promise<Given> {
  const { model, train } = await towerSet(name);
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

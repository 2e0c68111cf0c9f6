/** Reads parameter sets from files: what `tune` writes, and `train --params` reads. */

import { stat } from "node:fs/promises";
import { checkChoice, checkNames, checkObject } from "../checks.js";
import { ConfigError, errorAgain, FormatError, words } from "../errors.js";
import { repeatedName } from "../files/safetensors.js";
import {
  type ParameterSet,
  RETRIEVAL_DEFAULTS,
  type RetrievalOptions,
  resolveModelOptions,
  resolveTowerOptions,
  resolveTrainOptions,
  type TowerOptions,
  TRAIN_DEFAULTS,
} from "../index.js";
import type { Address } from "../platform.js";
import { pathOf, readHead, readWhole, unreadable } from "./files.js";

/** Options of two towers and of their training. */
export interface TowerParameterSet {
  /** Options of `TwoTowers.create`. */
  readonly model: TowerOptions;
  /** Options of `train` that decide the result. */
  readonly train: RetrievalOptions;
}

/** What a file of parameters holds, by the kind of the model. */
export interface ParameterSets {
  /** `readParameters(path)`. */
  readonly gru4rec: ParameterSet;
  /** `readParameters(path, "two-towers")`. */
  readonly "two-towers": TowerParameterSet;
}

const MOST_BYTES = 1_000_000;
const EXPECTED = 'an object {"model": {…}, "train": {…}} in JSON';

/**
 * Reads a parameter set: a JSON file `{"kind": "gru4rec", "model": {…}, "train": {…}, "about": …}` with options by
 * their names in this library. All of it may be left out; `kind` is then `"gru4rec"`, and options have their
 * defaults. `about` is for notes and not read.
 *
 * @throws FormatError naming the path and, in it, the option that is unknown, out of range, or has no effect beside
 *   the others
 */
export async function readParameters<Kind extends keyof ParameterSets = "gru4rec">(
  path: string | Address,
  kind: Kind = "gru4rec" as Kind,
): Promise<ParameterSets[Kind]> {
  const file = pathOf(path);
  checkChoice("kind", kind, ["gru4rec", "two-towers"]);
  const bytes = await headOf(file).catch((cause) => Promise.reject(unreadable(file, cause)));
  if (bytes.length > MOST_BYTES) throw new FormatError(file, EXPECTED, words("more than 1 MB"));
  const value = parsed(file, bytes);
  const found = Object.hasOwn(value, "kind") ? value.kind : "gru4rec";
  if (found !== kind) throw new FormatError(file, `kind "${kind}"`, found);
  const { model = {}, train = {} } = value as Partial<ParameterSets["gru4rec"]>;
  inside(file, "", () => {
    checkNames(value, ["kind", "model", "train", "about"], "parameter");
    checkObject("model", model, "an object of options");
    checkObject("train", train, "an object of options");
  });
  if (kind === "gru4rec") {
    inside(file, "model.", () => resolveModelOptions(model));
    inside(file, "train.", () => {
      checkNames(train, Object.keys(TRAIN_DEFAULTS), "training");
      resolveTrainOptions(train, model.windowLength);
    });
  } else {
    inside(file, "model.", () => resolveTowerOptions(model as TowerOptions));
    inside(file, "train.", () => {
      checkNames(train, Object.keys(RETRIEVAL_DEFAULTS), "training");
      resolveTrainOptions(train, "two-towers");
    });
  }
  return { model, train } as ParameterSets[Kind];
}

/** What is no regular file may never end; of a folder, reading it tells. */
async function headOf(file: string): Promise<Uint8Array> {
  const found = await stat(file);
  return found.isDirectory() ? readWhole(file) : readHead(file, MOST_BYTES + 1);
}

function parsed(file: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(file, EXPECTED, words("something else"), undefined, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FormatError(file, EXPECTED, value);
  }
  const twice = repeatedName(text);
  if (twice === undefined) return value as Readonly<Record<string, unknown>>;
  throw new FormatError(`${file}, ${twice}`, "every name once", words("it twice"));
}

/** Names the file and the part of it in an error of an option. */
function inside(file: string, part: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw errorAgain(FormatError, file, `${file}, ${part}${error.message}`);
  }
}

/** The models that `compare` is asked for: kinds by name, saved ones by path. */
import { type CompareOptions, ConfigError } from "../index.js";
import { loadModel, type Models } from "../node.js";
import type { Given } from "./flags.js";
import { readModelOptions } from "./model-options.js";

/** Holds saved models until it is disposed. */
export interface AskedModels extends Disposable {
  readonly options: Pick<CompareOptions, "models" | "modelOptions" | "fitted" | "jobs">;
}

/** @throws CommandError, ConfigError, FormatError */
export async function askedModels({ models, modelOptions, jobs }: Given): Promise<AskedModels> {
  const names = typeof models === "string" ? models.split(",").map((name) => name.trim()) : [];
  const given = typeof modelOptions === "string" ? await readModelOptions(modelOptions) : undefined;
  const fitted: Record<string, Models["any"]> = {};
  try {
    for (const name of names.filter(isPath)) {
      if (name in fitted) throw new ConfigError("--models", "every name once", name);
      fitted[name] = await loadModel(name, "any");
    }
  } catch (error) {
    dispose(fitted);
    throw error;
  }
  return {
    options: {
      ...(names.length > 0 && { models: names }),
      ...(given && { modelOptions: given }),
      ...(Object.keys(fitted).length > 0 && { fitted }),
      ...(typeof jobs === "number" && { jobs }),
    },
    [Symbol.dispose]: () => dispose(fitted),
  };
}

/** No kind has a slash or a dot in its name. */
function isPath(name: string): boolean {
  return /[/\\]|\.safetensors$/.test(name);
}

function dispose(models: Readonly<Record<string, Models["any"]>>): void {
  for (const model of Object.values(models)) model[Symbol.dispose]();
}

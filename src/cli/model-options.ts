/** `--model-options`: a file of options by the names of models, the same for `compare` and `train`. */
import { readFile } from "node:fs/promises";
import { type BaselineName, checkCompare } from "../index.js";
import { CommandError, EXIT_USAGE } from "./errors.js";
import type { Report } from "./output.js";

/** What the file says. @throws CommandError when it cannot be read, or is no JSON */
export async function readModelOptions(path: string): Promise<Readonly<Record<string, object>>> {
  const text = await readFile(path, "utf8").catch((error: Error) => {
    const message = `--model-options: expected a file of JSON, got ${path}: ${error.message}`;
    throw new CommandError(message, EXIT_USAGE, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `${path}: expected JSON, got ${(error as Error).message}`;
    throw new CommandError(message, EXIT_USAGE, { cause: error });
  }
}

/**
 * The options of one baseline; none without a file. Those of other models may stand in it, and are told.
 *
 * @throws CommandError, ConfigError naming the option
 */
export async function baselineOptions(
  kind: BaselineName,
  path: string | undefined,
  report: Report,
): Promise<object> {
  const all = path === undefined ? { [kind]: {} } : await readModelOptions(path);
  const models = [...new Set([kind, ...Object.keys(Object(all))])];
  checkCompare({ models, modelOptions: all });
  const { [kind]: own } = all;
  const names = models.slice(1).join(", ");
  if (!own) {
    const expected = `options of ${kind}, as { ${JSON.stringify(kind)}: { … } }`;
    const found = names === "" ? "none" : `those of ${names}`;
    throw new CommandError(`${path}: expected ${expected}, got ${found}`, EXIT_USAGE);
  }
  if (names !== "") report.note(`${path}: left out, of other models: ${names}.`);
  return own;
}

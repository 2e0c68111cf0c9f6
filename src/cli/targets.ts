/** The files that a command writes. They are checked before the work and written after it. */
import { stat } from "node:fs/promises";
import { join, parse, resolve } from "node:path";
import { type Baseline, type GRU4Rec, TwoTowers } from "../index.js";
import { checkWritable, saveModel } from "../node.js";
import { CommandError, describeError, EXIT_FAILED, EXIT_USAGE } from "./errors.js";

/** An output: its name, its path and its flag. */
export interface Target {
  readonly what: "model" | "index";
  readonly flag: string;
  readonly path: string;
}

export interface Saved {
  readonly path: string;
  readonly bytes: number;
}

/** The outputs of flags that were given. */
export function targetsOf(
  flags: Readonly<Record<string, readonly [Target["what"], path: unknown]>>,
): Target[] {
  const all = Object.entries(flags).map(([flag, [what, path]]) => ({ what, flag, path }));
  return all.filter((target): target is Target => typeof target.path === "string");
}

/**
 * @param inputs files that are read; undefined where a flag was not given
 * @throws CommandError when a file cannot be written, or is an input or another output, even under another
 *   name
 */
export async function checkTargets(
  targets: readonly Omit<Target, "what">[],
  inputs: readonly (string | undefined)[],
): Promise<void> {
  for (const [i, { flag, path }] of targets.entries()) {
    await refuseInput(path, inputs, flag);
    const other = targets.slice(0, i).find((before) => resolve(before.path) === resolve(path));
    if (other) {
      const message = `${flag}: expected another file, got that of ${other.flag}, ${other.path}`;
      throw new CommandError(message, EXIT_USAGE);
    }
    await checkWritable(path).catch((error: unknown) => {
      const { message, exitCode } = describeError(error);
      throw new CommandError(`${flag} ${message}`, exitCode, { cause: error });
    });
  }
}

/** Errors from here on are failures of the work, not of the command line. */
export async function save(
  model: GRU4Rec | TwoTowers | Baseline,
  targets: readonly Target[],
): Promise<Saved[]> {
  const saved: Saved[] = [];
  try {
    for (const { what, path } of targets) {
      const bytes = what === "model" ? await saveModel(model, path) : await saveIndex(model, path);
      saved.push({ path, bytes });
    }
    return saved;
  } catch (error) {
    throw new CommandError(describeError(error).message, EXIT_FAILED, { cause: error });
  }
}

/**
 * Where the results of work go that was stopped: to the path, or beside the file that is there, which may hold the
 * results of a whole run.
 */
export async function stoppedPath(path: string): Promise<string> {
  const { dir, name, ext } = parse(path);
  const isFree = await stat(path).then(
    () => false,
    () => true,
  );
  return isFree ? path : join(dir, `${name}.stopped${ext}`);
}

async function saveIndex(model: GRU4Rec | TwoTowers | Baseline, path: string): Promise<number> {
  if (!(model instanceof TwoTowers)) throw new TypeError("model: only two towers have an index");
  using index = await model.index();
  return await saveModel(index, path);
}

async function refuseInput(
  output: string,
  inputs: readonly (string | undefined)[],
  flag: string,
): Promise<void> {
  const target = await stat(output).catch(() => undefined);
  for (const path of inputs) {
    const other = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (path === output || (target && other?.dev === target.dev && other.ino === target.ino)) {
      throw new CommandError(`${flag}: expected another file, got the input ${path}`, EXIT_USAGE);
    }
  }
}

/** A file that is written must not be one that is read, or another one that is written. */
import { stat } from "node:fs/promises";
import { CommandError, EXIT_USAGE } from "./errors.js";

/** @throws CommandError when `output` is one of the `inputs`, under whatever name */
export async function refuseInput(
  output: string,
  inputs: readonly (string | undefined)[],
  flag = "--output",
): Promise<void> {
  const target = await stat(output).catch(() => undefined);
  for (const path of inputs) {
    const other = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (path === output || (target && other?.dev === target.dev && other.ino === target.ino)) {
      throw new CommandError(
        `${flag}: expected a file of its own, got the input ${path}`,
        EXIT_USAGE,
      );
    }
  }
}

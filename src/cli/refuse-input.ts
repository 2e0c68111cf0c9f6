/** An output must not be one of the inputs. */
import { stat } from "node:fs/promises";
import { CommandError, EXIT_USAGE } from "./errors.js";

/** @throws CommandError when `output` is one of the `inputs`, under whatever name */
export async function refuseInput(
  output: string,
  inputs: readonly (string | undefined)[],
): Promise<void> {
  const target = await stat(output).catch(() => undefined);
  if (!target) return;
  for (const path of inputs) {
    const input = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (input && input.dev === target.dev && input.ino === target.ino) {
      throw new CommandError(
        `--output: expected a file of its own, got the input ${path}`,
        EXIT_USAGE,
      );
    }
  }
}

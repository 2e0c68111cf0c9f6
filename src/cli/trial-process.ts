/** A trial of `gru4rec tune`: `gru4rec train` in a process of its own, which is asked for a line an epoch. */
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execPath } from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { TrialContext, TrialParameters } from "../index.js";
import { CommandError, EXIT_USAGE } from "./errors.js";
import { type Given, kebabCase } from "./flags.js";
import type { OptionGroup } from "./option-row.js";

const PROGRAM = fileURLToPath(new URL("./main.js", import.meta.url));

/** Options that were given, as flags again. */
export function flagsOf(group: OptionGroup, given: Given): string[] {
  return Object.entries(group).flatMap(([name, { kind }]) => {
    const value = given[name];
    if (value === undefined) return [];
    if (kind === "flag") return [`--${value ? "" : "no-"}${kebabCase(name)}`];
    return [`--${kebabCase(name)}`, Array.isArray(value) ? value.join(",") : String(value)];
  });
}

/**
 * Trains, and reports the figure of each epoch; ends the process when the trial is to end.
 *
 * @param args   of `train`, but for the options that are tried
 * @param parameters with the kind of the model, as the file of these options says it
 * @param folder for that file
 * @throws CommandError when the command line or a file is wrong: that is so for all trials; Error when the training failed
 */
export async function trained(
  args: readonly string[],
  parameters: TrialParameters & { readonly kind: string },
  folder: string,
  { number, signal, report }: TrialContext,
): Promise<undefined> {
  const file = join(folder, `trial-${number}.json`);
  await writeFile(file, JSON.stringify(parameters));
  const child = spawn(execPath, [PROGRAM, "train", ...args, "--params", file, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = (): void => void child.kill("SIGTERM");
  signal?.addEventListener("abort", stop, { once: true });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  ended.catch(() => {}); // it is awaited below
  let said = "";
  child.stderr.on("data", (text) => {
    said = `${said}${text}`.slice(-2000);
  });
  let isOver = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const { type, value } = JSON.parse(line) as { readonly type: string; readonly value?: number };
    if (type !== "epoch" || isOver) continue;
    isOver = !report(value!);
    if (isOver) stop();
  }
  const code = await ended;
  signal?.removeEventListener("abort", stop);
  if (code === 0 || isOver) return undefined;
  const message = said
    .trim()
    .split("\n")
    .at(-1)!
    .replace(/^error: /, "");
  if (code === EXIT_USAGE) throw new CommandError(message, EXIT_USAGE);
  throw new Error(message);
}

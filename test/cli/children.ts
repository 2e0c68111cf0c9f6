/** Runs the built program, and makes the files it reads. */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const RUN = new URL("../../dist/cli/run.js", import.meta.url).href;

export interface Outcome {
  /** Exit code, or -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Closes the reading end of standard output before anything is written. */
  readonly closeStdout?: boolean;
  /** Called when it runs, with what sends signals. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Called with each whole line of standard output, and with what sends signals. */
  readonly onLine?: (line: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/**
 * Runs `gru4rec args…` to its end: in a process of its own where that is watched or ended, else in this one, which
 * saves half a second. process.test.ts compares the two.
 */
export function gru4rec(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  return options ? inProcess(args, options) : here(args);
}

async function here(args: readonly string[]): Promise<Outcome> {
  const { runCli }: typeof import("../../src/cli/run.js") = await import(RUN);
  let [stdout, stderr] = ["", ""];
  const code = await runCli(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: { ...process.env, NO_COLOR: "1" },
    signal: new AbortController().signal,
  });
  return { code, stdout, stderr };
}

/** The same in a process of its own. */
export function inProcess(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, NO_COLOR: "1", ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    let told = 0;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      for (let end = stdout.indexOf("\n", told); end >= 0; end = stdout.indexOf("\n", told)) {
        options.onLine?.(stdout.slice(told, end), (signal) => child.kill(signal));
        told = end + 1;
      }
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    options.onStart?.((signal) => child.kill(signal));
    if (options.closeStdout) child.stdout.destroy();
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/** The JSON lines of standard output. */
export function linesOf({ stdout }: Outcome): Record<string, unknown>[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A new empty folder. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "gru4rec-cli-"));
}

/** Writes `content` to a new file `name`, in a folder of its own unless one is given. Returns its path. */
export function newFile(
  name: string,
  content: string | Uint8Array,
  folder: string = newFolder(),
): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** TSV of `count` visits of 3 to 6 clicks that walk through a cycle of `items` items, each from another start. */
export function cycleClicks(count = 60, items = 12, prefix = "i"): string {
  const lines = ["SessionId\tItemId\tTime"];
  for (let s = 0; s < count; s += 1) {
    for (let k = 0; k < 3 + (s % 4); k += 1) {
      lines.push(`${s}\t${prefix}${(s + k) % items}\t${1_400_000_000 + s * 3600 + k}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Options that train in a moment. */
export const QUICK: readonly string[] = [
  ...["--layers", "8", "--batch-size", "8", "--negatives", "8", "--epochs", "3"],
];

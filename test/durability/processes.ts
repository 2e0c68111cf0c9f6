/** Trainings in processes of their own (child.mjs): begun, stopped, killed and gone on with. */

import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./child.mjs", import.meta.url));

/** What a child is told; see child.mjs. */
export interface ChildOptions {
  readonly kind: "GRU4Rec" | "TwoTowers";
  readonly path?: string;
  readonly every?: number;
  readonly stop?: number;
  readonly seed?: number;
  readonly size?: number;
  readonly validated?: boolean;
  readonly training?: object;
  readonly model?: object;
}

export interface Child {
  /** Lines of standard output so far. */
  readonly lines: readonly string[];
  readonly errors: () => string;
  kill(): void;
  /** Resolves with the exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

export function start(options: ChildOptions, onLine: (line: string) => void = () => {}): Child {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  let rest = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    for (const line of parts) {
      lines.push(line);
      onLine(line);
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { lines, errors: () => errors, kill: () => child.kill("SIGKILL"), ended };
}

/** Runs a child to its end; its last line. Throws what it printed when it failed. */
export async function run(options: ChildOptions): Promise<string> {
  const child = start(options);
  const code = await child.ended;
  if (code !== 0) throw new Error(`exit code ${code}: ${child.errors()}`);
  return child.lines.at(-1)!;
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "gru4rec-durability-"));
}

/** Pseudo-random numbers in [0, 1), from a literal seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Python programs as peers: a child that answers each JSON line with one of its own. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Items, Sessions } from "../../src/index.js";

export const PYTHON: string = process.env.PYTHON ?? "/usr/bin/python3";

/** Whether Python has these modules. */
export function pythonHas(modules: readonly string[]): boolean {
  const { status } = spawnSync(PYTHON, ["-c", `import ${modules.join(", ")}`]);
  return status === 0;
}

export class PythonPeer {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(script: string, config: object, environment: Record<string, string> = {}) {
    const stdio = ["pipe", "pipe", "inherit"] as const;
    this.#child = spawn(PYTHON, [script, JSON.stringify(config)], {
      stdio: [...stdio],
      env: { ...process.env, ...TUNED, ...environment },
    });
    this.#answers = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async ask<Answer>(command: object): Promise<Answer> {
    this.#child.stdin!.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("the Python peer ended; its words are above");
    return JSON.parse(value) as Answer;
  }

  dispose(): void {
    this.#child.kill();
  }
}

/**
 * What Python is given to be at its best: OpenBLAS on the OpenMP threads that torch has anyway (two
 * pools would fight for the cores), and an allocator that keeps big buffers instead of returning
 * them to the system. glibc takes no mmap threshold above 32 MiB, so mmap is switched off beyond.
 */
const TUNED: Readonly<Record<string, string>> = {
  ...openmp(),
  MALLOC_MMAP_THRESHOLD_: String(2 ** 25),
  MALLOC_MMAP_MAX_: "0",
  MALLOC_TRIM_THRESHOLD_: String(2 ** 32),
  MALLOC_TOP_PAD_: String(2 ** 28),
};

function openmp(): Record<string, string> {
  const folders = existsSync("/usr/lib")
    ? readdirSync("/usr/lib").map((name) => `/usr/lib/${name}/openblas-openmp`)
    : [];
  const found = folders.find((folder) => existsSync(`${folder}/libblas.so.3`));
  if (!found) return {};
  const rest = process.env.LD_LIBRARY_PATH;
  return { LD_LIBRARY_PATH: rest ? `${found}:${rest}` : found };
}

/** Writes sessions as flat i32 files, items as rows of a catalogue. Returns the folder. */
export function writeLog(name: string, sessions: Sessions, items: Items): string {
  const { sessions: known } = sessions.items === items ? { sessions } : sessions.over(items);
  if (!known) throw new Error(`${name}: no known item`);
  const folder = `build/bench/data/${name}`;
  mkdirSync(folder, { recursive: true });
  const parts = {
    ...{ items: known.itemIndices, offsets: known.offsets },
    ...{ order: known.order("time"), support: items.support },
  };
  for (const [part, values] of Object.entries(parts)) {
    writeFileSync(
      `${folder}/${part}.bin`,
      new Uint8Array(values.buffer, values.byteOffset, 4 * values.length),
    );
  }
  return folder;
}

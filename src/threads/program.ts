/**
 * What a job is made of: one program, run by every thread of it over one arena.
 *
 *     calling thread          thread 0 … thread n−1
 *     Job.start(program)  →   plan the arena from the configuration, link the kernels
 *     job.call(method)    →   thread 0 does it
 *     job.together(method)→   every thread does it, meeting the others at the barrier
 *
 * Data go in and out as copies, in pieces of a few milliseconds. Between two calls the calling thread may also
 * read the arena itself, if the memory is shared.
 */

import type { Kernels } from "../wasm/abi.js";
import type { Arena } from "../wasm/arena.js";
import type { KernelModule } from "../wasm/kernels.js";

/** One thread's view of its job. */
export interface Thread {
  /** 0 … threads − 1 */
  readonly rank: number;
  readonly threads: number;
  readonly arena: Arena;
  readonly kernels: Kernels;
  /** Kernels of another build, over the same memory. */
  link(module: KernelModule): Kernels;
  /** Returns when every thread of the job has called it. */
  barrier(): void;
}

/** The method that works in slices of its argument's milliseconds; any other may take what it takes. */
export const SLICED = "run";

/** The methods of a program; they may keep state between calls. */
// biome-ignore lint/suspicious/noExplicitAny: the border of messages; Job gives it types
export type Task = Record<string, (argument: any) => unknown>;

/** Plans the arena, the same on every thread, and says what runs on it once it exists. */
export type Program<Config> = (
  arena: Arena,
  config: Config,
  threads: number,
) => (thread: Thread) => Task;

/** The range of thread `rank` when n things are split in multiples of `unit`. */
export function share(n: number, unit: number, rank: number, threads: number): [number, number] {
  const units = Math.ceil(n / unit);
  const begin = Math.floor((units * rank) / threads) * unit;
  const end = Math.floor((units * (rank + 1)) / threads) * unit;
  return [Math.min(n, begin), Math.min(n, end)];
}

/** The first message to a worker. */
export interface StartMessage {
  /** Counts the messages of this worker. The answer has the same number. */
  readonly id: number;
  /** Of the package that calls. The worker answers with its own, and starts nothing where they differ. */
  readonly version: string;
  readonly program: string;
  readonly config: unknown;
  readonly module: WebAssembly.Module;
  /** Shared memory of the job; without it the worker creates memory. */
  readonly memory: WebAssembly.Memory | undefined;
  readonly rank: number;
  readonly threads: number;
  /** Of the host: rows of the tiles of products. */
  readonly tileRows: number;
}

/** Every later message to a worker: a call. */
export interface CallMessage {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

/** The answer to a message. Answers come in order. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | {
      readonly id: number;
      readonly error: {
        readonly name: string;
        readonly message: string;
        /** Of a ConfigError its path, of a FormatError its `where`. */
        readonly place?: string;
      };
    };

/** Whether a message is the answer to message `id`. */
export function isAnswer(message: unknown, id: number): message is Answer {
  if (typeof message !== "object" || message === null) return false;
  const { id: answered, error } = message as { id?: unknown; error?: unknown };
  if (typeof answered !== "number" || answered !== id) return false;
  if (error === undefined) return "result" in message;
  const { name, message: text } = (error ?? {}) as { name?: unknown; message?: unknown };
  return typeof name === "string" && typeof text === "string";
}

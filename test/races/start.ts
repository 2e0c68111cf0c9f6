/** Instead of src/threads/start.ts in workers under test: threads that take turns by a seed. */

import type { Program, Task, Thread } from "../../src/threads/program.js";
import { planJob } from "../../src/threads/start.js";
import type { Kernels } from "../../src/wasm/abi.js";
import type { Arena } from "../../src/wasm/arena.js";
import { linkKernels } from "../../src/wasm/kernels.js";
import { type Schedule, Turnstile } from "./turnstile.js";

/** What pool.ts tells a worker before each job and each call. */
export interface Told {
  readonly schedule: Schedule;
  /** Whether all threads of the job are called at once. */
  together: boolean;
}

export function startTask<Config>(
  program: Program<Config>,
  config: Config,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory | undefined,
  rank: number,
  threads: number,
): { task: Task; arena: Arena } {
  const told = (globalThis as unknown as { told: Told }).told;
  const { arena, bind } = planJob(program, config, threads);
  const own = arena.commit(false, memory);
  const turnstile = new Turnstile(rank, told.schedule, own.buffer);
  const link = (other: WebAssembly.Module): Kernels => passing(linkKernels(other, own), turnstile);
  const barrier = (): void => {
    if (!told.together) throw new Error("a barrier in a call of one thread");
    turnstile.meet();
  };
  const thread: Thread = { rank, threads, arena, kernels: link(module), link, barrier };
  return { task: inTurns(bind(thread), told, turnstile), arena };
}

/** Kernels that may give the turn away before each call. */
function passing(kernels: Kernels, turnstile: Turnstile): Kernels {
  const own = Object.entries(kernels).map(([name, kernel]) => [
    name,
    (...values: never[]): unknown => {
      turnstile.pass();
      return (kernel as (...values: never[]) => unknown)(...values);
    },
  ]);
  return Object.fromEntries(own);
}

function inTurns(task: Task, told: Told, turnstile: Turnstile): Task {
  const own = Object.entries(task).map(([name, method]) => [
    name,
    (argument: unknown): unknown => {
      if (!told.together) return method(argument);
      try {
        turnstile.enter();
        const result = method(argument);
        turnstile.leave();
        return result;
      } catch (error) {
        turnstile.fail();
        throw error;
      }
    },
  ]);
  return Object.fromEntries(own);
}

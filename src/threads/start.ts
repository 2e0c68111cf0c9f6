/** From a program to a task: plan, memory, kernels. The same steps on a worker and inline. */

import type { Kernels } from "../wasm/abi.js";
import { Arena } from "../wasm/arena.js";
import { linkKernels } from "../wasm/kernels.js";
import type { Program, Task } from "./program.js";

/** A new arena of a job. It begins with the words of the barrier. */
export function jobArena(): { arena: Arena; barrierAt: number } {
  const arena = new Arena();
  return { arena, barrierAt: arena.plan(4).ptr };
}

export function planJob<Config>(
  program: Program<Config>,
  config: Config,
  threads: number,
): { arena: Arena; bind: ReturnType<Program<Config>>; barrierAt: number } {
  const { arena, barrierAt } = jobArena();
  return { arena, bind: program(arena, config, threads), barrierAt };
}

/** @param memory memory that is shared with other threads, or undefined to create some */
export function startTask<Config>(
  program: Program<Config>,
  config: Config,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory | undefined,
  rank: number,
  threads: number,
  tileRows?: number,
): { task: Task; arena: Arena } {
  const { arena, bind, barrierAt } = planJob(program, config, threads);
  const committed = arena.commit(false, memory);
  const kernels = linkKernels(module, committed, tileRows);
  const link = (other: WebAssembly.Module): Kernels => linkKernels(other, committed, tileRows);
  const barrier = (): void => kernels.barrier(barrierAt, threads);
  return { task: bind({ rank, threads, arena, kernels, link, barrier }), arena };
}

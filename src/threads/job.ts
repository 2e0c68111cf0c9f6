/** The calling thread's side of a job: starts its threads, calls them, and ends them. */

import { host } from "#host";
import { ConfigError, DisposedError, WorkerError } from "../errors.js";
import { compileKernels } from "../wasm/kernels.js";
import type { CreateWorker, HostWorker } from "./host.js";
import { checkThreadOptions, type ThreadOptions } from "./options.js";
import { pause } from "./pause.js";
import type { Answer, Program, StartMessage } from "./program.js";
import { planJob, startTask } from "./start.js";

/** What each thread is sent and answers, one call after the other. */
interface Member {
  call(method: string, argument: unknown, transfer: readonly ArrayBuffer[]): Promise<unknown>;
  end(): void;
}

export class Job implements Disposable {
  readonly #members: readonly Member[];
  #disposed = false;
  /** Whether the calling thread does the work itself, so that slices must be short. */
  readonly inline: boolean;

  private constructor(members: readonly Member[], inline: boolean) {
    this.#members = members;
    this.inline = inline;
  }

  /**
   * Starts the threads of a job.
   *
   * @param name    the program's name in worker.ts
   * @param config  structured-cloneable; the arena is planned from it
   * @param useful  more threads than this would have nothing to do
   * @throws ConfigError when an option is wrong or memory is short; WorkerError when no worker starts
   */
  static async start<Config>(
    name: string,
    program: Program<Config>,
    config: Config,
    options: ThreadOptions,
    useful: number,
  ): Promise<Job> {
    checkThreadOptions(options);
    const threads = threadCount(options.threads ?? "auto", useful);
    const shared = threads > 0 && host.canShareMemory();
    const module = await compileKernels(options.numerics ?? "fast", shared);
    if (threads === 0) return new Job([inlineMember(program, config, module)], true);

    const { arena } = planJob(program, config, threads);
    const memory = shared ? arena.commit(true) : undefined;
    const members: Member[] = [];
    try {
      // Async, so that one that cannot be started is a rejection beside the others.
      const ready = Array.from({ length: threads }, async (_, rank) => {
        const member = workerMember(options.createWorker);
        members.push(member.member);
        return member.start({ program: name, config, module, memory, rank, threads });
      });
      await Promise.all(ready);
    } catch (error) {
      for (const member of members) member.end();
      throw error;
    }
    return new Job(members, false);
  }

  /** Calls a method on thread 0. */
  async call<Result>(
    method: string,
    argument?: unknown,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Result> {
    if (this.#disposed) throw new DisposedError("Job");
    return (await this.#members[0]!.call(method, argument, transfer)) as Result;
  }

  /** Calls a method on every thread; the result is thread 0's. */
  async together<Result>(method: string, argument?: unknown): Promise<Result> {
    if (this.#disposed) throw new DisposedError("Job");
    const calls = this.#members.map((member) => member.call(method, argument, []));
    return (await Promise.all(calls))[0] as Result;
  }

  /** Ends the threads, at once. Calls that are under way never settle twice. */
  dispose(): void {
    this.#disposed = true;
    for (const member of this.#members) member.end();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Without shared memory there is one worker at most. */
function threadCount(threads: number | "auto", useful: number): number {
  const wanted = threads === "auto" ? Math.min(host.parallelism(), useful) : threads;
  return host.canShareMemory() ? wanted : Math.min(wanted, 1);
}

/** The calling thread itself as the only member. */
function inlineMember<Config>(
  program: Program<Config>,
  config: Config,
  module: WebAssembly.Module,
): Member {
  const { task, arena } = startTask(program, config, module, undefined, 0, 1);
  return {
    async call(method, argument) {
      await pause();
      return task[method]!(argument);
    },
    end: () => arena.dispose(),
  };
}

/** A worker as a member. It answers in order, so a queue of promises is all the bookkeeping. */
function workerMember(createWorker: CreateWorker | undefined): {
  member: Member;
  start(message: StartMessage): Promise<unknown>;
} {
  const waiting: { resolve(result: unknown): void; reject(error: unknown): void }[] = [];
  let failed: WorkerError | undefined;

  const fail = (reason: unknown): void => {
    const text = reason instanceof Error ? reason.message : String(reason);
    failed ??= new WorkerError(`worker: expected it to run, got a failure: ${text}`, {
      cause: reason,
    });
    for (const { reject } of waiting.splice(0)) reject(failed);
  };
  const receive = (message: unknown): void => {
    const answer = message as Answer;
    const next = waiting.shift();
    if (!("error" in answer)) next?.resolve(answer.result);
    else next?.reject(new WorkerError(`worker: ${answer.error.message}`, { cause: answer.error }));
  };
  const worker = started(receive, fail, createWorker);
  const post = (message: unknown, transfer: readonly ArrayBuffer[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (failed) return reject(failed);
      worker.post(message, transfer); // what cannot be posted is not answered either
      waiting.push({ resolve, reject });
    });

  return {
    member: {
      call: (method, argument, transfer) => post({ method, argument }, transfer),
      end: () => {
        fail("the job was ended");
        worker.terminate();
      },
    },
    start: (message) => post(message, []),
  };
}

function started(
  onMessage: (message: unknown) => void,
  onFailure: (reason: unknown) => void,
  createWorker: CreateWorker | undefined,
): HostWorker {
  try {
    return host.startWorker({ onMessage, onFailure }, createWorker);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const remedy = "Pass `createWorker` or `threads: 0` where a page forbids workers from blob:.";
    throw new WorkerError(`worker: expected to start one, got ${String(error)}. ${remedy}`, {
      cause: error,
    });
  }
}

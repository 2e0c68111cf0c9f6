/** The calling thread's side of a job: starts its threads, calls them, and ends them. */

import { host } from "#host";
import { ConfigError, DisposedError, WorkerError } from "../errors.js";
import { pause } from "../pause.js";
import type { Arena } from "../wasm/arena.js";
import { compileKernels } from "../wasm/kernels.js";
import { WorkerMember } from "./member.js";
import { checkThreadOptions, type ThreadOptions } from "./options.js";
import type { Program, Task } from "./program.js";
import type { JobSize } from "./size.js";
import { planJob, startTask } from "./start.js";
import { patienceFor } from "./watch.js";

/** One thread of a job, as the calling thread sees it. Calls are answered in order. */
interface Member {
  call(method: string, argument: unknown, transfer: readonly ArrayBuffer[]): Promise<unknown>;
  end(): void;
}

export class Job implements Disposable {
  readonly #members: readonly Member[];
  #disposed = false;
  /** Whether the calling thread does the work itself, so that slices must be short. */
  readonly inline: boolean;
  /** Its memory, if the calling thread can see it. Read it only between two calls. */
  readonly arena: Arena | undefined;

  private constructor(members: readonly Member[], inline: boolean, arena: Arena | undefined) {
    this.#members = members;
    this.inline = inline;
    this.arena = arena;
  }

  /**
   * Starts the threads of a job.
   *
   * @param name    the program's name in worker.ts
   * @param config  structured-cloneable; the arena is planned from it
   * @throws ConfigError when an option is wrong or memory is short; WorkerError when no worker starts
   */
  static async start<Config>(
    name: string,
    program: Program<Config>,
    config: Config,
    options: ThreadOptions,
    { useful, products }: JobSize,
  ): Promise<Job> {
    checkThreadOptions(options);
    warnOfThreads(options);
    const threads = threadCount(options.threads ?? "auto", useful);
    const shared = sharesMemory(threads);
    const module = await compileKernels(options.numerics ?? "fast", shared);
    if (threads === 0) {
      const { task, arena } = startTask(program, config, module, undefined, 0, 1, host.tileRows);
      return new Job([inlineMember(task)], true, arena);
    }

    const { arena } = planJob(program, config, threads);
    arena.checkSize(); // a worker without shared memory would fail only after its start
    const memory = shared ? arena.commit(true) : undefined;
    const patience = patienceFor({ threads, bytes: arena.bytes, products });
    const members: WorkerMember[] = [];
    try {
      // Async: a worker that cannot start is one rejection among the others.
      const ready = Array.from({ length: threads }, async (_, rank) => {
        const member = new WorkerMember(options.createWorker, patience);
        members.push(member);
        const { tileRows } = host;
        return member.start({ program: name, config, module, memory, rank, threads, tileRows });
      });
      await Promise.all(ready);
    } catch (error) {
      for (const member of members) member.end();
      throw error;
    }
    return new Job(members, false, shared ? arena : undefined);
  }

  /** Calls a method on thread 0. `isResult` is asked where its answer is used. */
  async call<Result>(
    method: string,
    argument?: unknown,
    transfer: readonly ArrayBuffer[] = [],
    isResult: IsResult<Result> = anything,
  ): Promise<Result> {
    if (this.#disposed) throw new DisposedError("Job");
    const result = await this.#members[0]!.call(method, argument, transfer);
    return expected(method, result, isResult);
  }

  /** Calls a method on every thread; the result is thread 0's. */
  async together<Result>(
    method: string,
    argument?: unknown,
    isResult: IsResult<Result> = anything,
  ): Promise<Result> {
    if (this.#disposed) throw new DisposedError("Job");
    const calls = this.#members.map((member) => member.call(method, argument, []));
    return expected(method, (await Promise.all(calls))[0], isResult);
  }

  /** Ends the threads, at once. Calls that are under way never settle twice. */
  dispose(): void {
    this.#disposed = true;
    for (const member of this.#members) member.end();
    this.arena?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Checks the type of an answer from another thread. */
export type IsResult<Result> = (value: unknown) => value is Result;

const anything = <Result>(_: unknown): _ is Result => true;

function expected<Result>(method: string, value: unknown, isResult: IsResult<Result>): Result {
  if (isResult(value)) return value;
  throw new WorkerError(`worker: expected a result of ${method}, got something else`);
}

/** Whether the calling thread can look at the memory of a job with these options. */
export function isReadable({ threads }: ThreadOptions): boolean {
  return threads === 0 || host.canShareMemory();
}

/** Whether the memory of a job with so many threads is shared: which build of the kernels it links. */
export function sharesMemory(threads: number | "auto" = "auto"): boolean {
  return threads !== 0 && host.canShareMemory();
}

/** How many workers there will be: without shared memory one at most. */
export function threadCount(threads: number | "auto", useful: number): number {
  const wanted = threads === "auto" ? Math.min(host.parallelism(), useful) : threads;
  return host.canShareMemory() ? wanted : Math.min(wanted, 1);
}

function warnOfThreads({ threads, onWarning }: ThreadOptions): void {
  if (onWarning === undefined || typeof threads !== "number") return;
  const cores = host.parallelism();
  if (threads <= cores) return;
  const expected = `at most ${cores}, the cores that this program may use`;
  onWarning(
    new ConfigError("threads", expected, threads, "They wait for each other in every step."),
  );
}

/** The calling thread itself as the only member. */
function inlineMember(task: Task): Member {
  return {
    async call(method, argument) {
      await pause();
      return task[method]!(argument);
    },
    end: () => {},
  };
}

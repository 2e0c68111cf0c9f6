/**
 * Workers for jobs under a schedule: started once, they run the program anew for each job.
 * `host` stands in for src/threads/host.node.ts.
 */

import { Worker } from "node:worker_threads";
import type { Host, HostEvents, HostWorker } from "../../src/threads/host.js";
import type { CallMessage, StartMessage } from "../../src/threads/program.js";
import { type Schedule, scheduleOf } from "./turnstile.js";

/** Milliseconds that a look at the clock takes: slices end after some steps, always the same ones. */
const TICK = 40;

const BOOT = `
  const { parentPort } = require("node:worker_threads");
  let time = 0;
  performance.now = () => (time += ${TICK});
  let handle;
  globalThis.port = {
    onMessage: (own) => { handle = own; },
    post: (message, transfer) => parentPort.postMessage(message, transfer),
  };
  parentPort.on("message", ({ program, schedule, together, message }) => {
    if (program !== undefined) {
      globalThis.told = { schedule, together: false };
      new Function("require", program)(require);
    }
    globalThis.told.together = together;
    handle(message);
  });`;

/** What the next jobs run, and how. */
export const races = {
  program: "",
  seed: 0,
  /** Whether two threads that write one word are looked for. */
  watched: false,
};

type Message = StartMessage | CallMessage;

interface Post {
  readonly worker: Pooled;
  readonly message: Message;
  readonly transfer: readonly ArrayBuffer[];
}

const idle: Worker[] = [];
const schedules = new WeakMap<WebAssembly.Memory, Schedule>();
let posts: Post[] = [];

class Pooled implements HostWorker {
  readonly #worker: Worker;
  #schedule: Schedule | undefined;
  #unanswered = 0;
  #isEnded = false;

  constructor(events: HostEvents) {
    this.#worker = idle.pop() ?? new Worker(BOOT, { eval: true, execArgv: [] });
    this.#worker.on("message", (answer) => {
      this.#unanswered--;
      events.onMessage(answer);
    });
    this.#worker.on("error", events.onFailure);
  }

  /** Sent a moment later, when it is known whether the other threads are called with it. */
  post(message: unknown, transfer: readonly ArrayBuffer[]): void {
    if (posts.length === 0) queueMicrotask(send);
    posts.push({ worker: this, message: message as Message, transfer });
    this.#unanswered++;
  }

  get schedule(): Schedule | undefined {
    return this.#schedule;
  }

  deliver({ message, transfer }: Post, together: boolean): void {
    const start = "memory" in message ? message : undefined;
    if (start) this.#schedule = scheduled(start);
    const { program } = races;
    const begin = start && { program, schedule: this.#schedule };
    this.#worker.postMessage({ ...begin, together, message }, transfer);
  }

  terminate(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const event of ["message", "error"]) this.#worker.removeAllListeners(event);
    if (this.#unanswered > 0) void this.#worker.terminate();
    else {
      this.#worker.unref();
      idle.push(this.#worker);
    }
  }

  keepAlive(needed: boolean): void {
    if (needed) this.#worker.ref();
    else this.#worker.unref();
  }
}

/** One schedule for all threads of a job, which share its memory. */
function scheduled({ memory, threads }: StartMessage): Schedule {
  const known = schedules.get(memory!);
  if (known) return known;
  const bytes = races.watched ? memory!.buffer.byteLength : undefined;
  const schedule = scheduleOf(threads, races.seed, bytes);
  schedules.set(memory!, schedule);
  return schedule;
}

function send(): void {
  const all = posts;
  posts = [];
  for (const post of all) {
    const { schedule } = post.worker;
    const called = all.filter(({ worker }) => worker.schedule === schedule).length;
    post.worker.deliver(post, schedule !== undefined && called === schedule.threads);
  }
}

export const host: Host = {
  startWorker: (events) => new Pooled(events),
  parallelism: () => 4,
  canShareMemory: () => true,
  tileRows: 4,
};

/** Ends all workers. */
export function closePool(): void {
  for (const worker of idle.splice(0)) void worker.terminate();
}

/** Threads in Node: worker_threads over shared memory. */

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { ConfigError, WorkerError, words } from "../errors.js";
import type { CreateWorker, Host, HostEvents, HostWorker } from "./host.js";
import { program } from "./program.node.js";
import { quotaOf, withinQuota } from "./quota.js";

export const host: Host = {
  startWorker(events: HostEvents, createWorker?: CreateWorker): HostWorker {
    if (createWorker)
      throw new ConfigError("createWorker", "nothing outside browsers", words("a value"));
    const worker = constructed();
    worker.on("message", events.onMessage);
    worker.on("error", events.onFailure);
    worker.on("messageerror", events.onFailure);
    worker.on("exit", (code) => events.onFailure(`it ended with code ${code}`));
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      terminate: () => void worker.terminate(),
      keepAlive: (needed) => (needed ? worker.ref() : worker.unref()),
    };
  },
  parallelism: () => withinQuota(availableParallelism(), quotaOf(readText)),
  canShareMemory: () => true,
  // V8 up to version 12 (Node 22) does not hold tiles of 5 or 6 rows: its products took twice the time.
  tileRows: Number.parseInt(process.versions.v8, 10) < 13 ? 4 : 6,
};

function constructed(): Worker {
  try {
    return new Worker(program(), { eval: true, execArgv: [], name: "gru4rec" });
  } catch (cause) {
    const isDenied = (cause as NodeJS.ErrnoException).code === "ERR_ACCESS_DENIED";
    const found = isDenied ? "Node's permission model without --allow-worker" : String(cause);
    const remedy = isDenied
      ? "Pass the flag --allow-worker or `threads: 0`."
      : "Pass `threads: 0`.";
    throw new WorkerError(`worker: expected to start one, got ${found}. ${remedy}`, { cause });
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // a system without control groups, or that does not show them
  }
}

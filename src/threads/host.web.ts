/** Threads in browsers: dedicated workers; they share memory where the page is cross-origin isolated. */

import { ConfigError } from "../errors.js";
import type { CreateWorker, Host, HostEvents, HostWorker } from "./host.js";
import { program } from "./program.web.js";
import { notConstructed, Refusals } from "./refused.js";

export const host: Host = {
  startWorker({ onMessage, onFailure }: HostEvents, createWorker?: CreateWorker): HostWorker {
    const worker = constructed(createWorker);
    const refusals = new Refusals(createWorker); // policies report later, as tasks of their own
    worker.onmessage = ({ data }) => {
      refusals.end();
      onMessage(data);
    };
    worker.onmessageerror = () => onFailure("a message could not be read");
    worker.onerror = (event) => {
      event.preventDefault();
      if (event.message === undefined) void refusals.reason().then(onFailure);
      else onFailure(event.message);
    };
    return {
      post: (message, transfer) => worker.postMessage(message, [...transfer]),
      terminate: () => {
        refusals.end();
        worker.terminate();
      },
      keepAlive: () => {},
    };
  },
  parallelism: () => navigator.hardwareConcurrency ?? 1,
  // An isolated page of WebKitGTK has no SharedArrayBuffer, and can send no shared memory.
  canShareMemory: () =>
    globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === "function",
  tileRows: 6,
};

function constructed(createWorker: CreateWorker | undefined): Worker {
  let worker: Worker;
  try {
    worker = (createWorker ?? fromBlob)();
  } catch (cause) {
    throw notConstructed(cause, createWorker);
  }
  if (typeof worker?.postMessage === "function") return worker;
  throw new ConfigError("createWorker", "a function that returns a Worker", worker);
}

function fromBlob(): Worker {
  const url = URL.createObjectURL(new Blob([program()], { type: "text/javascript" }));
  try {
    return new Worker(url, { name: "gru4rec" });
  } finally {
    // The worker has its own reference once it is constructed.
    URL.revokeObjectURL(url);
  }
}

/** Threads in browsers: dedicated workers; they share memory where the page is cross-origin isolated. */

import type { CreateWorker, Host, HostEvents, HostWorker } from "./host.js";
import { program } from "./program.web.js";

/** Browsers give no reason; most often a Content-Security-Policy forbids it. */
const UNLOADED =
  "its program could not be loaded. Pass `createWorker` or `threads: 0` where a page forbids workers";

export const host: Host = {
  startWorker(events: HostEvents, createWorker: CreateWorker = fromBlob): HostWorker {
    const worker = createWorker();
    worker.onmessage = ({ data }) => events.onMessage(data);
    worker.onmessageerror = () => events.onFailure("a message could not be read");
    worker.onerror = (event) => {
      event.preventDefault();
      events.onFailure(event.message ?? UNLOADED);
    };
    return {
      post: (message, transfer) => worker.postMessage(message, [...transfer]),
      terminate: () => worker.terminate(),
      keepAlive: () => {},
    };
  },
  parallelism: () => navigator.hardwareConcurrency ?? 1,
  canShareMemory: () => globalThis.crossOriginIsolated === true,
  tileRows: 6,
};

function fromBlob(): Worker {
  const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  try {
    return new Worker(url, { name: "gru4rec" });
  } finally {
    // The worker has its own reference once it is constructed.
    URL.revokeObjectURL(url);
  }
}

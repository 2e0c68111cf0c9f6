/** How a worker gets and sends messages in Node. */

import { parentPort } from "node:worker_threads";
import type { Port } from "./serve.js";

export const port: Port = {
  onMessage: (handle) => void parentPort!.on("message", handle),
  post: (message, transfer) => parentPort!.postMessage(message, transfer),
};

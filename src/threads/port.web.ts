/** How a worker gets and sends messages in browsers. */

import type { Port } from "./serve.js";

/** The part of a dedicated worker's global scope that is used; the page's types do not have it. */
interface WorkerScope {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
}
const scope = globalThis as unknown as WorkerScope;

export const port: Port = {
  onMessage: (handle) => {
    scope.onmessage = ({ data }) => handle(data);
  },
  post: (message, transfer) => scope.postMessage(message, [...transfer]),
};

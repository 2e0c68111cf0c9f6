/** The platform's interface for threads. host.node.ts and host.web.ts implement it. */

import type { PageWorker } from "../platform.js";

/** A worker that runs the worker program. */
export interface HostWorker {
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  terminate(): void;
  /** Whether this worker keeps the program alive: only while an answer is pending. No effect in pages. */
  keepAlive(needed: boolean): void;
}

export interface HostEvents {
  onMessage(message: unknown): void;
  /** The worker could not start, threw outside a call, or is gone. */
  onFailure(reason: unknown): void;
}

/** Makes the worker where the page's Content-Security-Policy forbids `blob:` (browsers only). */
export type CreateWorker = () => PageWorker;

export interface Host {
  startWorker(events: HostEvents, createWorker?: CreateWorker): HostWorker;
  /** Whole cores that this program may use, ≥ 1: by its affinity mask and the quota of its container. */
  parallelism(): number;
  /** Whether workers can share memory. */
  canShareMemory(): boolean;
  /** Rows of the tiles of products that this engine is fastest with. */
  readonly tileRows: number;
}

/** Options of all long computations. They decide the speed, not the result. */

import { checkChoice, checkFunction } from "../checks.js";
import { ConfigError } from "../errors.js";
import type { Numerics } from "../wasm/kernels.js";
import type { CreateWorker } from "./host.js";

/** How work is spread over threads. */
export interface ThreadOptions {
  /**
   * Worker threads; 0 computes on the calling thread, in slices of 12 ms. Default `"auto"`: as many as
   * are useful, and no more than the cores that this program may use; in Node by its affinity mask and
   * the quota of its container, too. Without shared memory (a page that is not cross-origin isolated)
   * there is at most one.
   */
  readonly threads?: number | "auto" | undefined;
  /**
   * `"fast"` (default) fuses multiply and add where the engine can; `"portable"` gives the same
   * bits on every engine.
   */
  readonly numerics?: Numerics | undefined;
  /**
   * Hears of what works, but not well, in the words of an error that is not thrown: more `threads` than
   * cores, which wait for each other. The library itself prints nothing.
   */
  readonly onWarning?: ((warning: ConfigError) => void) | undefined;
  /** Browsers only: makes the worker from `gru4rec/worker` where `blob:` is forbidden. */
  readonly createWorker?: CreateWorker | undefined;
}

/** Names of these options. */
export const THREAD_OPTIONS: readonly string[] = [
  "threads",
  "numerics",
  "onWarning",
  "createWorker",
];

/** Most threads one may ask for. */
const MOST_THREADS = 64;

/** Throws ConfigError when one is out of range. */
export function checkThreadOptions(options: ThreadOptions): void {
  const { threads = "auto", numerics = "fast", createWorker, onWarning } = options;
  checkFunction("onWarning", onWarning);
  checkFunction("createWorker", createWorker);
  checkChoice("numerics", numerics, ["fast", "portable"]);
  if (threads === "auto") return;
  if (Number.isInteger(threads) && threads >= 0 && threads <= MOST_THREADS) return;
  throw new ConfigError("threads", `"auto" or an integer from 0 to ${MOST_THREADS}`, threads);
}

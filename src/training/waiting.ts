/** Waits for what a caller does. */

import type { Signal } from "../platform.js";

/** Waits for a caller's promise. Throws the signal's reason when it is aborted before. */
export async function unlessAborted(
  waits: Promise<unknown>,
  signal: Signal | undefined,
): Promise<void> {
  if (!signal) return void (await waits);
  signal.throwIfAborted();
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
  });
  signal.addEventListener("abort", onAbort);
  try {
    await Promise.race([waits, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

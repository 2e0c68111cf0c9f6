/** How far the reading of sources is: told to who asks, and ended by a signal. */

import { asBytes, checkFunction, checkSignal } from "../../checks.js";
import type { Signal } from "../../platform.js";

/** How far reading is. */
export interface ReadProgress {
  /** Bytes of the sources that are through, packed as they are. */
  readonly bytes: number;
  /** Bytes of all sources; undefined where the size of one is not known. */
  readonly totalBytes: number | undefined;
  /** Rows that were read. */
  readonly rows: number;
}

/** How to follow a reading, and to end it. */
export interface WatchOptions {
  /** Ends the reading when it is aborted, which then rejects with its reason. */
  readonly signal?: Signal | undefined;
  /**
   * Called after the first rows, then at most ten times a second, and after the last. An error that it throws
   * ends the reading.
   */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

const EVERY_MS = 100;

export const WATCH_OPTIONS: readonly string[] = ["signal", "onProgress"];

/** @throws ConfigError naming the option */
export function checkWatch({ signal, onProgress }: WatchOptions): void {
  checkSignal(signal);
  checkFunction("onProgress", onProgress);
}

/** Follows sources that are read one after the other. */
export class Watch {
  readonly signal: AbortSignal | undefined;
  readonly #onProgress: WatchOptions["onProgress"];
  readonly #totalBytes: number | undefined;
  /** Bytes of the sources before, and of this one. */
  #before = 0;
  #here = 0;
  #size: number | undefined;
  #rows = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(sources: readonly unknown[], { signal, onProgress }: WatchOptions) {
    this.signal = signal;
    this.#onProgress = onProgress;
    const total = sources.reduce<number>((sum, source) => sum + (sizeOf(source) ?? Number.NaN), 0);
    this.#totalBytes = Number.isNaN(total) ? undefined : total;
    signal?.throwIfAborted();
  }

  /** The next source begins. */
  begin(source: unknown): void {
    this.#before += this.#size ?? this.#here;
    this.#here = 0;
    this.#size = sizeOf(source);
  }

  /** So many more bytes of this source are through. */
  took(bytes: number): void {
    this.#here += bytes;
  }

  /** So much of this source is through, from 0 to 1, whichever bytes of it were read. */
  passed(share: number): void {
    if (this.#size !== undefined) this.#here = Math.round(share * this.#size);
  }

  /** So many more rows were read. @throws the reason of the signal */
  read(rows: number): void {
    this.signal?.throwIfAborted();
    this.#rows += rows;
    if (!this.#onProgress) return;
    const now = performance.now();
    if (now - this.#toldAt < EVERY_MS) return;
    this.#toldAt = now;
    this.#tell();
  }

  /** All sources are through. */
  end(): void {
    this.passed(1);
    this.#tell();
  }

  #tell(): void {
    const bytes = this.#before + this.#here;
    this.#onProgress?.({ bytes, totalBytes: this.#totalBytes, rows: this.#rows });
  }
}

/** Bytes of a source; undefined where they are not known before it is read. */
function sizeOf(source: unknown): number | undefined {
  if (typeof source !== "object" || source === null) return undefined;
  if ("size" in source && typeof source.size === "number") return source.size;
  return asBytes(source)?.length;
}

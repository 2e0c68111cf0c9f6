/**
 * Tells when a worker has not answered for too long.
 *
 * Time is counted in ticks of a timer of the waiting thread. A late tick counts as one: the time that a laptop
 * slept, a page was in the background or a debugger held the thread does not count. Load on the machine
 * delays both sides alike.
 */

const TICK_MS = 100;
/** Milliseconds without an answer that are always allowed: a slice takes 100 ms, a start about 50 ms. */
const LEAST_MS = 1400;
/** About a hundredth of measured rates: no machine in use is slower. */
const PRODUCTS_PER_MS = 1e5;
const BYTES_PER_MS = 1e4;
const THREAD_MS = 50;

/** The most work that a job does before it answers. */
export interface Effort {
  readonly threads: number;
  /** Bytes that may be walked through: the arena's. */
  readonly bytes: number;
  /** Multiply-adds of one step: a slice is never shorter. */
  readonly products: number;
}

/** Milliseconds that a worker may take to answer: for a slice of steps, and for any other call. */
export interface Patience {
  readonly slice: number;
  readonly other: number;
}

export function patienceFor({ threads, bytes, products }: Effort): Patience {
  return {
    slice: LEAST_MS + threads * THREAD_MS + products / PRODUCTS_PER_MS,
    other: LEAST_MS + threads * THREAD_MS + bytes / BYTES_PER_MS,
  };
}

export class Watch {
  readonly #onSilence: (ms: number) => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #silent = 0;
  #patience = 0;

  constructor(onSilence: (ms: number) => void) {
    this.#onSilence = onSilence;
  }

  /** Begins to count, or begins anew; `undefined` when nothing is waited for. */
  expect(patienceMs: number | undefined): void {
    this.#silent = 0;
    this.#patience = patienceMs ?? 0;
    if (patienceMs !== undefined) this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    else this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#silent += TICK_MS;
    if (this.#silent < this.#patience) return;
    this.#stop();
    this.#onSilence(this.#silent);
  }
}

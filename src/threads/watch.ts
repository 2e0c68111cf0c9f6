/**
 * Tells when a worker that is waited for has been silent for too long.
 *
 * Time is counted in ticks of the waiting thread's own timer, each as one tick however late it comes:
 * a laptop that slept, a page in the background, a debugger or a thread that was itself kept from
 * running counts one tick, not the time that went by. A machine under load delays both sides alike.
 */

const TICK_MS = 100;
/** Silence that is always allowed: a slice is over after 100 ms, and a worker starts in about 50. */
const LEAST_MS = 1400;
/** About a hundredth of the rates that were measured, so that no machine in use is slower. */
const PRODUCTS_PER_MS = 1e5;
const BYTES_PER_MS = 1e4;
const THREAD_MS = 50;

/** What a job may do before it answers. */
export interface Effort {
  readonly threads: number;
  /** Bytes that may be walked through: the arena's. */
  readonly bytes: number;
  /** Multiply-adds of one step: a slice is never shorter. */
  readonly products: number;
}

/** Milliseconds that a worker may be silent for within a slice of steps, and within any other call. */
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

/** Measures training: seconds of thread 0 in each phase of a step. */

/**
 * In the order of a step. `mini-batch`: the next clicks are put together; `gather`: negatives drawn,
 * rows of the output table copied together; `gradients`: of the scored rows and the hidden state;
 * `update`: gradients of the matrices, sums of repeated rows, the optimiser; `waiting`: for the other
 * threads.
 */
export const PHASES = [
  "mini-batch",
  "gather",
  "forward",
  "scores",
  "loss",
  "gradients",
  "backward",
  "update",
  "waiting",
] as const;

/** A part of a training step. */
export type Phase = (typeof PHASES)[number];

/** Seconds by phase. */
export type Profile = Readonly<Record<Phase, number>>;

/** A clock that is always in one phase, or stopped. */
export class PhaseClock {
  readonly #seconds: Record<Phase, number>;
  #phase: Phase | undefined;
  #since = 0;

  constructor() {
    this.#seconds = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
  }

  /** Ends the present phase and begins another, or stops. Returns the one that ended. */
  enter(phase: Phase | undefined): Phase | undefined {
    const now = performance.now();
    const ended = this.#phase;
    if (ended) this.#seconds[ended] += (now - this.#since) / 1000;
    this.#phase = phase;
    this.#since = now;
    return ended;
  }

  /** The barrier with its time counted as waiting. */
  around(barrier: () => void): () => void {
    return () => {
      const phase = this.enter("waiting");
      barrier();
      this.enter(phase);
    };
  }

  /** Begins an epoch: all at 0. */
  reset(): void {
    for (const phase of PHASES) this.#seconds[phase] = 0;
  }

  get seconds(): Profile {
    return { ...this.#seconds };
  }
}

/**
 * Ours, in bursts: training, evaluation or recommending that runs for some seconds through the public functions and
 * is stopped. What is timed is the steady state: loading and the first turns are left out.
 */

import {
  type EvaluateOptions,
  type Examples,
  evaluate,
  fit,
  type GRU4Rec,
  type Id,
  type RecommendAllOptions,
  recommendAll,
  type Sessions,
  type TrainOptions,
  type TrainRetrievalOptions,
  type TwoTowers,
} from "../src/index.js";

export interface Burst {
  readonly events: number;
  readonly steps: number;
  readonly seconds: number;
}

export interface BurstTime {
  readonly warmup: number;
  readonly seconds: number;
}

export async function trainingBurst(
  model: GRU4Rec,
  sessions: Sessions,
  options: TrainOptions,
  time: BurstTime,
): Promise<Burst> {
  const watch = new Stopwatch(time);
  const onProgress = ({ epoch, events, step }: { epoch: number; events: number; step: number }) =>
    watch.seen(epoch, events, step);
  const { signal } = watch;
  return watch.run(async () => {
    await fit(model, sessions, { ...options, epochs: 1000, signal, onProgress });
  });
}

export async function retrievalBurst(
  model: TwoTowers,
  examples: Examples,
  options: TrainRetrievalOptions,
  time: BurstTime,
): Promise<Burst> {
  const watch = new Stopwatch(time);
  const onProgress = ({ epoch, events, step }: { epoch: number; events: number; step: number }) =>
    watch.seen(epoch, events, step);
  const { signal } = watch;
  return watch.run(async () => {
    await fit(model, examples, { ...options, epochs: 1000, signal, onProgress });
  });
}

export async function evaluationBurst(
  model: GRU4Rec,
  sessions: Sessions,
  options: EvaluateOptions,
  time: BurstTime,
): Promise<Burst> {
  const watch = new Stopwatch(time);
  const { signal } = watch;
  return watch.run(async () => {
    for (let pass = 0; ; ++pass) {
      const onProgress = ({ events }: { events: number }) => watch.seen(pass, events, 0);
      await evaluate(model, sessions, { ...options, signal, onProgress });
    }
  });
}

export async function listsBurst(
  model: GRU4Rec,
  visits: readonly (readonly Id[])[],
  options: RecommendAllOptions,
  time: BurstTime,
): Promise<Burst> {
  const watch = new Stopwatch(time);
  const { signal } = watch;
  return watch.run(async () => {
    for (let pass = 0; ; ++pass) {
      const onProgress = ({ visits }: { visits: number }) => watch.seen(pass, visits, 0);
      await recommendAll(model, visits, { ...options, signal, onProgress });
    }
  });
}

/** Adds up progress between reports, and aborts when there is enough of it. */
class Stopwatch {
  readonly #time: BurstTime;
  readonly #abort = new AbortController();
  readonly #done = new Error("measured");
  #started: number | undefined;
  #last: { pass: number; events: number; steps: number; at: number } | undefined;
  #burst: Burst = { events: 0, steps: 0, seconds: 0 };

  constructor(time: BurstTime) {
    this.#time = time;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Progress within a pass over the data; what lies between two passes does not count. */
  seen(pass: number, events: number, steps: number): void {
    const at = performance.now();
    this.#started ??= at;
    const last = this.#last;
    this.#last = { pass, events, steps, at };
    if (last?.pass !== pass || last.at - this.#started < 1000 * this.#time.warmup) return;
    this.#burst = {
      events: this.#burst.events + events - last.events,
      steps: this.#burst.steps + steps - last.steps,
      seconds: this.#burst.seconds + (at - last.at) / 1000,
    };
    if (this.#burst.seconds >= this.#time.seconds) this.#abort.abort(this.#done);
  }

  async run(work: () => Promise<void>): Promise<Burst> {
    try {
      await work();
    } catch (error) {
      if (error !== this.#done) throw error;
    }
    return this.#burst;
  }
}

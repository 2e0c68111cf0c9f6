/** Work per second of small functions, on tinybench: all take turns, so that what disturbs one disturbs all. */

import { Bench } from "tinybench";

export interface Work {
  readonly name: string;
  /** How much one run does, in whatever the rate counts. */
  readonly work: number;
  run(): void;
}

export interface Turns {
  readonly rounds: number;
  /** Of one function in one round. */
  readonly milliseconds: number;
}

/** For each function its work per second in every round: the median run's. */
export function compareRates(works: readonly Work[], { rounds, milliseconds }: Turns): number[][] {
  const rates = works.map((): number[] => []);
  for (let round = 0; round < rounds; ++round) {
    const first = round === 0;
    const bench = new Bench({
      ...{ time: milliseconds, iterations: 3 },
      // Engines compile wasm twice: quickly, then well; the first round waits for that.
      ...{ warmup: first, warmupTime: first ? 3 * milliseconds : 0, warmupIterations: 3 },
    });
    for (const { name, run } of works) bench.add(name, run);
    for (const [i, task] of bench.runSync().entries()) {
      const { result } = task;
      if (!("latency" in result)) throw new Error(`${task.name}: ${result.state}`);
      rates[i]!.push((works[i]!.work * 1000) / result.latency.p50);
    }
  }
  return rates;
}

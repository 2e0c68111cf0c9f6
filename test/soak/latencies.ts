/** A histogram of times that takes the same memory however many are added. */

const BUCKETS = 2400;
/** Buckets grow by 1 % from 0.1 µs on: the last one begins beyond an hour. */
const SHORTEST_MS = 1e-4;
const GROWTH = Math.log(1.01);

export class Latencies {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    const bucket = Math.ceil(Math.log(Math.max(ms, SHORTEST_MS) / SHORTEST_MS) / GROWTH);
    this.#counts[Math.min(bucket, BUCKETS - 1)]!++;
    this.#count++;
  }

  /** The time in ms within which this share of all was done, 1 % at most too long. */
  quantile(share: number): number {
    let left = share * this.#count;
    for (let bucket = 0; bucket < BUCKETS; ++bucket) {
      left -= this.#counts[bucket]!;
      if (left <= 0) return SHORTEST_MS * Math.exp(bucket * GROWTH);
    }
    return Number.NaN;
  }
}

/** Slope of a line through points, least squares: units of y per unit of x. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const product = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return product / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

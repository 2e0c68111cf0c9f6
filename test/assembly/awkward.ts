/**
 * Sizes and numbers that kernels get wrong first: nothing, one, one more and one less than a tile, a
 * vector and a block; ±0, subnormal numbers, equal numbers, numbers of very different size.
 */

import { CounterRandom } from "../../src/random.js";

/** Smallest normal and smallest subnormal f32. */
const NORMAL = 2 ** -126;
const SUBNORMAL = 2 ** -149;

/** A stream of random numbers that no part of the library has. */
const STREAM = 1000;

/** Cases as a pure function of the seed: a failure names the seed, which gives the case again. */
export class Awkward {
  readonly #random: CounterRandom;

  constructor(seed: number) {
    this.#random = new CounterRandom(seed, STREAM);
  }

  /** An integer in [least, most], every second time at an edge of `around` (4, 8 …) or of the range. */
  size(least: number, most: number, around = 4): number {
    const random = this.#random;
    const anywhere = least + random.below(most - least + 1);
    if (random.below(2) === 0) return anywhere;
    const edge = around * random.below(Math.floor(most / around) + 1) + random.below(3) - 1;
    return Math.min(most, Math.max(least, random.below(4) === 0 ? least + random.below(2) : edge));
  }

  /** A multiple of 4 in [least, most]. */
  fours(least: number, most: number): number {
    return 4 * this.size(Math.ceil(least / 4), Math.floor(most / 4), 2);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.#random.below(choices.length)]!;
  }

  /** Integers in [0, n). */
  below(n: number, length: number): Int32Array {
    return Int32Array.from({ length }, () => this.#random.below(n));
  }

  /**
   * f32 values, of one of six kinds: uniform; ±0 and subnormal only; uniform with those among them;
   * all equal; sizes from 2⁻³⁰ to 2⁰; few distinct values. Never larger than `scale` in size.
   */
  floats(length: number, scale = 1): Float32Array {
    const kind = this.#random.below(6);
    const equal = this.#uniform() * scale;
    return Float32Array.from({ length }, () => {
      if (kind === 0) return this.#uniform() * scale;
      if (kind === 1) return this.#tiny();
      if (kind === 2) return this.#random.below(3) === 0 ? this.#tiny() : this.#uniform() * scale;
      if (kind === 3) return equal;
      if (kind === 4) return this.#uniform() * scale * 2 ** -this.#random.below(31);
      return (this.#random.below(5) / 2 - 1) * scale;
    });
  }

  /** −0, 0, a subnormal number or one about as small, of either sign. */
  #tiny(): number {
    const sign = this.#random.below(2) === 0 ? 1 : -1;
    const kind = this.#random.below(4);
    if (kind === 0) return sign * 0;
    if (kind === 1) return sign * SUBNORMAL * (1 + this.#random.below(5));
    return sign * NORMAL * this.#random.next() * (kind === 2 ? 1 : 4);
  }

  /** In [−1, 1). */
  #uniform(): number {
    return this.#random.next() * 2 - 1;
  }
}

/** |got − want| in units of the last place of an f32 of the size of `want` or `floor`. NaN is ∞. */
export function ulps(got: number, want: number, floor = 0): number {
  const size = Math.max(Math.abs(want), Math.abs(floor), NORMAL);
  const unit = 2 ** (Math.floor(Math.log2(size)) - 23);
  const distance = Math.abs(got - want) / unit;
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

/** What a sum of `terms` products may be off by: 1e-5 of the sum of their sizes, and underflow. */
export function sumTolerance(size: number, terms: number): number {
  return 1e-5 * size + (terms + 2) * SUBNORMAL;
}

/**
 * Two generators, each for what it is good at.
 *
 * `threefry` (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") has no state: four
 * words are a pure function of a key and a counter, so any thread can draw any part and a resumed
 * run is the same run. assembly/random.ts is the same function on four counters at once.
 *
 * `MersenneTwister` (Matsumoto & Nishimura 1998, seeded and read as numpy's legacy `rand`) draws the
 * initial weights: the stream in which the published results were started.
 */

const ROTATIONS = [10, 26, 11, 21, 13, 27, 23, 5, 6, 20, 17, 11, 25, 10, 18, 20] as const;
const PARITY = 0x1bd11bda;

/** What a stream of numbers is for: the first word of its counter, so that no two streams meet. */
export const Stream = {
  negatives: 1,
  dropoutEmbedding: 2,
  dropoutHidden: 3,
  order: 4,
  shop: 5,
  baseline: 6,
  tuning: 7,
} as const;

/** Threefry-4×32 with 20 rounds: writes four unsigned words to `out`. */
export function threefry(
  key: readonly [number, number, number, number],
  counter: readonly [number, number, number, number],
  out: Uint32Array,
): void {
  const k = [...key, PARITY ^ key[0] ^ key[1] ^ key[2] ^ key[3]] as number[];
  let a = (counter[0] + k[0]!) | 0;
  let b = (counter[1] + k[1]!) | 0;
  let c = (counter[2] + k[2]!) | 0;
  let d = (counter[3] + k[3]!) | 0;

  for (let round = 0; round < 20; ++round) {
    const left = ROTATIONS[(round & 7) * 2]!;
    const right = ROTATIONS[(round & 7) * 2 + 1]!;
    if ((round & 1) === 0) {
      a = (a + b) | 0;
      b = rotate(b, left) ^ a;
      c = (c + d) | 0;
      d = rotate(d, right) ^ c;
    } else {
      a = (a + d) | 0;
      d = rotate(d, left) ^ a;
      c = (c + b) | 0;
      b = rotate(b, right) ^ c;
    }
    if ((round & 3) === 3) {
      const s = (round + 1) >> 2;
      a = (a + k[s % 5]!) | 0;
      b = (b + k[(s + 1) % 5]!) | 0;
      c = (c + k[(s + 2) % 5]!) | 0;
      d = (d + k[(s + 3) % 5]! + s) | 0;
    }
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** Uniform numbers of one (seed, stream, a, b), read one after the other; the state is a counter. */
export class CounterRandom {
  readonly #key: [number, number, number, number];
  readonly #words = new Uint32Array(4);
  #drawn = 0;

  constructor(seed: number, stream: number, a = 0, b = 0) {
    this.#key = [seed | 0, Math.floor(seed / 2 ** 32) | 0, a | 0, b | 0];
    this.#stream = stream;
  }
  readonly #stream: number;

  /** An unsigned 32-bit word. */
  word(): number {
    const place = this.#drawn & 3;
    if (place === 0) threefry(this.#key, [this.#drawn >>> 2, this.#stream, 0, 0], this.#words);
    this.#drawn++;
    return this.#words[place]!;
  }

  /** Uniform in [0, 1), 32 bits. */
  next(): number {
    return this.word() / 2 ** 32;
  }

  /** Uniform integer in [0, n). */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
}

/** A uniformly random order of 0 … n−1 (Fisher & Yates), a pure function of (seed, epoch). */
export function permutation(n: number, seed: number, epoch: number): Int32Array {
  const random = new CounterRandom(seed, Stream.order, epoch);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; --i) {
    const j = random.below(i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}

/** MT19937. `next()` gives the doubles of numpy's legacy `RandomState(seed).rand()`. */
export class MersenneTwister {
  readonly #state = new Uint32Array(624);
  #index = 624;

  constructor(seed: number) {
    this.#state[0] = seed;
    for (let i = 1; i < 624; ++i) {
      const previous = this.#state[i - 1]!;
      this.#state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** Uniform in [0, 1), 53 bits. */
  next(): number {
    return ((this.#word() >>> 5) * 2 ** 26 + (this.#word() >>> 6)) / 2 ** 53;
  }

  #word(): number {
    if (this.#index === 624) this.#refill();
    let y = this.#state[this.#index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #refill(): void {
    const s = this.#state;
    for (let i = 0; i < 624; ++i) {
      const y = (s[i]! & 0x80000000) | (s[(i + 1) % 624]! & 0x7fffffff);
      s[i] = s[(i + 397) % 624]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }
}

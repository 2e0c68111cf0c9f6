/**
 * Threads of a job that run one at a time, in an order drawn from a seed.
 *
 *     between two meetings     rank 2 ········ rank 0 ······ rank 1        one after the other, or
 *                              rank 2 ··· rank 1 ·· rank 2 ·· rank 0 ·· …  in turns at kernel calls
 *     at a meeting             all have come: the next order is drawn
 *
 * What a thread reads while another may write it is then read before the write in one order and after it
 * in another, every time and on any machine, so that a race shows as other bits. Two threads that write
 * one word between two meetings are found in any order, by comparing the memory before and after a turn.
 */

/** Places of the shared words; the state of each thread follows, then what stood in the job's memory. */
const TURN = 0;
const CHANCE = 1;
const INSIDE = 2;
const BROKEN = 3;
const YIELDS = 4;
const STATES = 16;

const RUNNING = 0;
const MET = 1;
const LEFT = 2;

const NOBODY = -1;
/** A thread that waits longer waits for ever. */
const PATIENCE_MS = 5000;

/** Bytes that are compared at once; a page of wasm memory is a multiple of it. */
const PIECE = 4096;

/** A schedule of a job; structured-cloneable. */
export interface Schedule {
  readonly threads: number;
  /** i32: the words above. */
  readonly words: SharedArrayBuffer;
  /** A copy of the job's memory, and which thread wrote each word since the last meeting. */
  readonly watch:
    | { readonly before: SharedArrayBuffer; readonly writers: SharedArrayBuffer }
    | undefined;
}

/**
 * @param seed  every fourth gives the turn away at meetings only, others within the work too
 * @param bytes of the job's memory, where its writes are to be watched
 */
export function scheduleOf(threads: number, seed: number, bytes: number | undefined): Schedule {
  const words = new SharedArrayBuffer(4 * (STATES + threads));
  const places = new Int32Array(words);
  places[TURN] = NOBODY;
  places[CHANCE] = Math.imul(seed + 1, 0x9e3779b1) | 1;
  places[YIELDS] = [0, 2, 16, 128][seed % 4]!;
  if (bytes === undefined) return { threads, words, watch: undefined };
  const watch = { before: new SharedArrayBuffer(bytes), writers: new SharedArrayBuffer(bytes / 4) };
  return { threads, words, watch };
}

/** One thread's side of a schedule. Words are read and written by whose turn it is. */
export class Turnstile {
  readonly #rank: number;
  readonly #threads: number;
  readonly #words: Int32Array;
  readonly #watch: Watch | undefined;

  constructor(rank: number, { threads, words, watch }: Schedule, memory: ArrayBufferLike) {
    this.#rank = rank;
    this.#threads = threads;
    this.#words = new Int32Array(words);
    if (watch) this.#watch = new Watch(rank, memory, watch);
  }

  /** Before a call that all threads of the job make at once. */
  enter(): void {
    const inside = Atomics.add(this.#words, INSIDE, 1) + 1;
    if (inside < this.#threads) {
      this.#wait();
      return;
    }
    this.#words.fill(RUNNING, STATES);
    this.#watch?.begin();
    this.#give(this.#drawn());
  }

  /** Instead of the barrier. */
  meet(): void {
    if (this.#threads < 2) return;
    this.#watch?.note();
    this.#words[STATES + this.#rank] = MET;
    if (this.#states().every((state) => state === MET)) {
      this.#words.fill(RUNNING, STATES);
      this.#watch?.meet();
    }
    this.#give(this.#drawn());
  }

  /** Between two calls of kernels. */
  pass(): void {
    if (this.#words[TURN] !== this.#rank || this.#chance(256) >= this.#words[YIELDS]!) return;
    this.#watch?.note();
    this.#give(this.#drawn());
  }

  /** After the call. */
  leave(): void {
    this.#watch?.note();
    this.#words[STATES + this.#rank] = LEFT;
    const isLast = this.#states().every((state) => state === LEFT);
    if (isLast) Atomics.store(this.#words, INSIDE, 0);
    this.#hand(isLast ? NOBODY : this.#drawn());
  }

  /** When a thread cannot go on: nor can those that wait for it. */
  fail(): void {
    Atomics.store(this.#words, BROKEN, 1);
    this.#hand(NOBODY);
  }

  #states(): Int32Array {
    return this.#words.subarray(STATES);
  }

  /** One of those that can go on. */
  #drawn(): number {
    const running = [...this.#states().keys()].filter((r) => this.#words[STATES + r] === RUNNING);
    if (running.length > 0) return running[this.#chance(running.length)]!;
    this.fail();
    throw new Error("threads wait at a meeting that others do not come to");
  }

  /** A number below n; xorshift, of which the low bits are the weak ones. */
  #chance(n: number): number {
    let x = this.#words[CHANCE]!;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#words[CHANCE] = x;
    return (x >>> 8) % n;
  }

  #give(rank: number): void {
    this.#hand(rank);
    if (rank !== this.#rank) this.#wait();
  }

  #hand(rank: number): void {
    Atomics.store(this.#words, TURN, rank);
    Atomics.notify(this.#words, TURN);
  }

  #wait(): void {
    for (;;) {
      const turn = Atomics.load(this.#words, TURN);
      if (turn === this.#rank) return;
      const isBroken = Atomics.load(this.#words, BROKEN) === 1;
      const isLate =
        Atomics.wait(this.#words, TURN, turn, isBroken ? 0 : PATIENCE_MS) === "timed-out";
      if (isLate) throw new Error("a meeting that never ends");
    }
  }
}

/** Which words a thread changes in its turns, and whether another one did before it. */
class Watch {
  readonly #rank: number;
  readonly #memory: Int32Array;
  readonly #before: Int32Array;
  readonly #writers: Uint8Array;
  /** The same memory, to compare pieces of it quickly. */
  readonly #pieces: readonly (readonly [now: Buffer, before: Buffer])[];

  constructor(rank: number, memory: ArrayBufferLike, watch: NonNullable<Schedule["watch"]>) {
    this.#rank = rank;
    this.#memory = new Int32Array(memory);
    this.#before = new Int32Array(watch.before);
    this.#writers = new Uint8Array(watch.writers);
    const pieces = Array.from({ length: memory.byteLength / PIECE }, (_, i) => PIECE * i);
    this.#pieces = pieces.map((at) => [
      Buffer.from(memory, at, PIECE),
      Buffer.from(watch.before, at, PIECE),
    ]);
  }

  begin(): void {
    this.#before.set(this.#memory);
    this.meet();
  }

  meet(): void {
    this.#writers.fill(0);
  }

  note(): void {
    for (const [i, [now, before]] of this.#pieces.entries()) {
      if (!now.equals(before)) this.#noteWords((i * PIECE) / 4);
    }
  }

  #noteWords(begin: number): void {
    const [memory, before, writers] = [this.#memory, this.#before, this.#writers];
    for (let word = begin; word < begin + PIECE / 4; ++word) {
      if (memory[word] === before[word]) continue;
      before[word] = memory[word]!;
      const writer = writers[word]! - 1;
      if (writer >= 0 && writer !== this.#rank) {
        const who = `threads ${writer} and ${this.#rank}`;
        throw new Error(`${who} both write word ${word} between two meetings`);
      }
      writers[word] = this.#rank + 1;
    }
  }
}

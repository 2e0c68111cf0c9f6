/**
 * Kernels over a small memory of their own, for tests.
 *
 * Buffers lie between guards: bytes of a pattern that `intact()` looks at, so a kernel that writes
 * beside its buffer is caught whatever the test looks at.
 */

import { setFlagsFromString } from "node:v8";
import { MersenneTwister } from "../../src/random.js";
import type { Kernels } from "../../src/wasm/abi.js";
import { compileKernels, linkKernels, type Numerics } from "../../src/wasm/kernels.js";
import { compileDebug, linkDebug } from "./debug.js";

// Node 20 has relaxed SIMD behind a flag; later ones know it as their own and need none.
if (process.versions.node.startsWith("20.")) {
  setFlagsFromString("--experimental-wasm-relaxed-simd");
}

export interface Build {
  /** `"debug"`: the portable kernels with asserts. */
  readonly numerics: Numerics | "debug";
  readonly shared: boolean;
}

/** Every linked binary, and the debug build: the suites run over all of them. */
export const builds: readonly Build[] = [
  { numerics: "portable", shared: false },
  { numerics: "portable", shared: true },
  { numerics: "fast", shared: false },
  { numerics: "fast", shared: true },
  { numerics: "debug", shared: false },
];

/** Those whose 8-bit products are the standard's: Node 20 has an older form of them behind its flag. */
export const standardBuilds: typeof builds = builds.filter(
  ({ numerics }) => numerics !== "fast" || !process.versions.node.startsWith("20."),
);

/** Kernels over a memory that is shared or not as the build says. */
export async function linkBuild(
  { numerics, shared }: Build,
  memory: WebAssembly.Memory,
  tileRows?: number,
): Promise<Kernels> {
  return numerics === "debug"
    ? linkDebug(await compileDebug(), memory)
    : linkKernels(await compileKernels(numerics, shared), memory, tileRows);
}

export interface Floats {
  readonly ptr: number;
  readonly values: Float32Array;
}

export interface Words {
  readonly ptr: number;
  readonly values: Int32Array;
}

const GUARD = 64;
const PATTERN = 0xff; // as f32 a NaN: reading beyond a buffer shows too
const PAGES = 128;
/** Buffers begin with page 1, as in an arena. */
const FIRST = 65536;

export class Bench {
  readonly kernels: Kernels;
  readonly #memory: WebAssembly.Memory;
  #next = FIRST + GUARD;

  private constructor(kernels: Kernels, memory: WebAssembly.Memory) {
    this.kernels = kernels;
    this.#memory = memory;
    new Uint8Array(memory.buffer).fill(PATTERN, FIRST); // before it lie the kernels' constants
  }

  static async create(build: Build, tileRows?: number): Promise<Bench> {
    const { shared } = build;
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared });
    return new Bench(await linkBuild(build, memory, tileRows), memory);
  }

  /** A buffer of f32 that starts at a multiple of 16 bytes, holding a copy of `values`. */
  floats(values: ArrayLike<number>): Floats {
    const ptr = this.#reserve(4 * values.length);
    const view = new Float32Array(this.#memory.buffer, ptr, values.length);
    view.set(values);
    return { ptr, values: view };
  }

  /** A buffer of i32 (or u32, by value modulo 2³²). */
  words(values: ArrayLike<number>): Words {
    const ptr = this.#reserve(4 * values.length);
    const view = new Int32Array(this.#memory.buffer, ptr, values.length);
    for (let i = 0; i < values.length; ++i) view[i] = values[i]! | 0;
    return { ptr, values: view };
  }

  /** A buffer of f64. */
  doubles(length: number): { ptr: number; values: Float64Array } {
    const ptr = this.#reserve(8 * length);
    return { ptr, values: new Float64Array(this.#memory.buffer, ptr, length).fill(0) };
  }

  /** Scratch of so many f32, filled with NaN: nobody may count on what is in it. */
  scratch(length: number): Floats {
    return this.floats(new Float32Array(length).fill(Number.NaN));
  }

  /**
   * A buffer that ends where the memory ends, so that reading beyond it is a trap. The next one lies
   * where this one does.
   */
  floatsAtEnd(values: ArrayLike<number>): Floats {
    const ptr = this.#memory.buffer.byteLength - 4 * values.length;
    const view = new Float32Array(this.#memory.buffer, ptr, values.length);
    view.set(values);
    return { ptr, values: view };
  }

  /** Whether nothing was written outside the buffers. Forgets them, for the next case. */
  intact(): boolean {
    const bytes = new Uint8Array(this.#memory.buffer);
    const whole = this.#guards.every((at) => {
      for (let i = at; i < at + GUARD; ++i) if (bytes[i] !== PATTERN) return false;
      return true;
    });
    bytes.fill(PATTERN, FIRST, this.#next + GUARD);
    this.#guards.length = 1;
    this.#next = FIRST + GUARD;
    return whole;
  }

  /** Where guards stand: before all buffers, and after each. */
  readonly #guards: number[] = [FIRST];

  #reserve(bytes: number): number {
    // The guard stands at the very end of the buffer; the next one starts at a multiple of 16.
    const ptr = this.#next;
    this.#guards.push(ptr + bytes);
    this.#next = Math.ceil((ptr + bytes + GUARD) / 16) * 16;
    if (this.#next + GUARD > PAGES * 65536) throw new Error("Bench: out of memory");
    return ptr;
  }
}

/** Numbers for a case, a pure function of the seed, already rounded to f32. */
export class Inputs {
  readonly #random: MersenneTwister;

  constructor(seed: number) {
    this.#random = new MersenneTwister(seed);
  }

  /** Uniform in [−scale, scale). */
  uniform(length: number, scale = 1): Float32Array {
    return Float32Array.from({ length }, () => (this.#random.next() * 2 - 1) * scale);
  }

  /** Integers in [0, n). */
  below(n: number, length: number): Int32Array {
    return Int32Array.from({ length }, () => Math.floor(this.#random.next() * n));
  }
}

/** Largest |got − want| / max(|want|, floor). NaN anywhere gives NaN. */
export function relativeError(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  floor: number,
): number {
  if (got.length !== want.length) throw new Error(`${got.length} elements for ${want.length}`);
  let worst = 0;
  for (let i = 0; i < want.length; ++i) {
    const error = Math.abs(got[i]! - want[i]!) / Math.max(Math.abs(want[i]!), floor);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

/** Largest |got − want|. */
export function absoluteError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < want.length; ++i) {
    const error = Math.abs(got[i]! - want[i]!);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

/** A matrix [rows, columns] laid into rows `ld` apart; what lies between is NaN. */
export function padded(
  A: ArrayLike<number>,
  rows: number,
  columns: number,
  ld: number,
): Float32Array {
  const out = new Float32Array(rows * ld).fill(Number.NaN);
  for (let i = 0; i < rows; ++i) {
    for (let j = 0; j < columns; ++j) out[i * ld + j] = A[i * columns + j]!;
  }
  return out;
}

/** The matrix [rows, columns] that lies in rows `ld` apart. */
export function unpadded(
  A: ArrayLike<number>,
  rows: number,
  columns: number,
  ld: number,
): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; ++i) {
    for (let j = 0; j < columns; ++j) out[i * columns + j] = A[i * ld + j]!;
  }
  return out;
}

/**
 * The whole memory of a job or a model: planned first, then created once at its exact size.
 *
 * It never grows, so a view taken from it stays valid until `dispose()`. Every thread of a job plans
 * the same tensors in the same order, so all find the same addresses in the memory they share.
 */

import { ConfigError, DisposedError, words } from "../errors.js";

/** A piece of an arena: a byte address and how many 4-byte elements stand there, row-major. */
export interface Tensor {
  readonly ptr: number;
  readonly length: number;
  readonly shape: readonly number[];
}

/** Bytes of a page of wasm memory. */
const PAGE = 65536;
/** A cache line: no two tensors share one, so threads do not fight over it. */
const ALIGN = 64;
/** The most pages that 32-bit addresses reach, less one: the end of a tensor must be an address, too, not 0. */
const MOST_PAGES = 65535;

export class Arena implements Disposable {
  #memory: WebAssembly.Memory | undefined;
  #disposed = false;
  #bytes = PAGE; // page 0 is the kernels' constants', and a null pointer never names a tensor

  /** Bytes planned so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reserves a tensor of f32, i32 or u32. Only before `commit()`. */
  plan(...shape: number[]): Tensor {
    if (this.#memory) throw new Error("Arena: plan() after commit()");
    const length = shape.reduce((n, d) => n * d, 1);
    const ptr = this.#bytes;
    this.#bytes = Math.ceil((ptr + 4 * length) / ALIGN) * ALIGN;
    return { ptr, length, shape };
  }

  /** Throws ConfigError when what is planned is 4 GiB or more. */
  checkSize(): void {
    checkPages(Math.ceil(this.#bytes / PAGE));
  }

  /**
   * Creates the memory, zeroed, or takes one that another thread created from the same plan.
   *
   * @throws ConfigError when the plan is 4 GiB or more or the machine does not have the memory
   */
  commit(shared: boolean, memory?: WebAssembly.Memory): WebAssembly.Memory {
    const pages = Math.ceil(this.#bytes / PAGE);
    this.#memory = memory ?? created(pages, shared);
    return this.#memory;
  }

  /** A live view of numbers. Library code only: never hand one to the user, copy it first. */
  floats(tensor: Tensor): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#buffer(), tensor.ptr, tensor.length);
  }

  /** A live view of signed integers. */
  integers(tensor: Tensor): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#buffer(), tensor.ptr, tensor.length);
  }

  /** A live view of unsigned integers. */
  words(tensor: Tensor): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#buffer(), tensor.ptr, tensor.length);
  }

  /** A live view of f64, two elements of the plan each. */
  doubles(tensor: Tensor): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#buffer(), tensor.ptr, tensor.length / 2);
  }

  dispose(): void {
    this.#memory = undefined;
    this.#disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Typed as ArrayBuffer: a view of shared memory reads and writes the same. */
  #buffer(): ArrayBuffer {
    if (this.#disposed) throw new DisposedError("Arena");
    if (!this.#memory) throw new Error("Arena: a view before commit()");
    return this.#memory.buffer as ArrayBuffer;
  }
}

const REMEDY = "Lower `layers`, `negatives` or `batchSize`, or drop rare items.";

function checkPages(pages: number): void {
  if (pages <= MOST_PAGES) return;
  throw new ConfigError("model size", "less than 4 GiB", inWords(pages), REMEDY);
}

function created(pages: number, shared: boolean): WebAssembly.Memory {
  checkPages(pages);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch {
    throw new ConfigError("model size", "memory that is free", inWords(pages), REMEDY);
  }
}

function inWords(pages: number): { toString(): string } {
  return words(`${((pages * PAGE) / 2 ** 30).toFixed(1)} GiB`);
}

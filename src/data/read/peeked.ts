/** Chunks whose beginning can be looked at before they are read. */

export class Peeked {
  readonly #chunks: AsyncGenerator<Uint8Array, void>;
  /** What was taken from the chunks to be looked at. */
  #head: Uint8Array = new Uint8Array(0);
  #isWhole = false;

  constructor(chunks: AsyncGenerator<Uint8Array, void>) {
    this.#chunks = chunks;
  }

  /** Whether the beginning that was looked at is all there is. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** The first `length` bytes, or more; fewer where there are no more. */
  async peek(length: number): Promise<Uint8Array> {
    const chunks = [this.#head];
    let sum = this.#head.length;
    while (sum < length && !this.#isWhole) {
      const { done, value } = await this.#chunks.next();
      if (done) this.#isWhole = true;
      else {
        chunks.push(value);
        sum += value.length;
      }
    }
    this.#head = joined(chunks);
    return this.#head;
  }

  /** All chunks, from the first byte on. To be called once. */
  async *chunks(): AsyncGenerator<Uint8Array, void> {
    try {
      if (this.#head.length > 0) yield this.#head;
      this.#head = new Uint8Array(0);
      yield* this.#chunks;
    } finally {
      await this.close();
    }
  }

  /** Ends the source where it was not read to its end. */
  async close(): Promise<void> {
    await this.#chunks.return();
  }
}

/** One array of them all; the array itself when there is only one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const filled = chunks.filter((chunk) => chunk.length > 0);
  if (filled.length === 1) return filled[0]!;
  const all = new Uint8Array(filled.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of filled) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/**
 * Zstandard (RFC 8878), unpacked one block at a time: a block gives at most 128 KiB, so that few bytes
 * cannot become many at once. A frame's window is checked, and memory is taken only as output comes.
 */

import { joined } from "./peeked.js";
import { readBlock } from "./zstd/block.js";
import { type Before, MOST_BLOCK } from "./zstd/literals.js";
import { type Block, badZstd, type FrameHeader, ZstdUnits } from "./zstd/units.js";

/** @throws FormatError when the bytes are no zstd, end early, or need a window of more than 32 MiB */
export async function* unzstd(
  chunks: AsyncGenerator<Uint8Array, void>,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  const frames = new Frames(name);
  try {
    for await (const chunk of chunks) yield* frames.add(chunk);
    frames.end();
  } finally {
    await chunks.return();
  }
}

/** All of some bytes, which become `length` bytes. @throws FormatError when they do not */
export function unzstdWhole(packed: Uint8Array, length: number, name: string): Uint8Array {
  const frames = new Frames(name);
  const out: Uint8Array[] = [];
  let filled = 0;
  for (const part of frames.add(packed)) {
    out.push(part);
    filled += part.length;
    if (filled > length) throw badZstd(name);
  }
  frames.end();
  if (filled !== length) throw badZstd(name);
  return joined(out);
}

class Frames {
  readonly #name: string;
  readonly #units: ZstdUnits;
  #frame: Frame | undefined;

  constructor(name: string) {
    this.#name = name;
    this.#units = new ZstdUnits(name);
  }

  /** What the blocks that are whole by now become. */
  *add(chunk: Uint8Array): Generator<Uint8Array> {
    for (const unit of this.#units.add(chunk)) {
      if (unit.kind === "frame") this.#frame = new Frame(unit);
      else yield this.#unpacked(unit);
    }
  }

  end(): void {
    this.#units.end();
  }

  #unpacked(block: Block): Uint8Array {
    try {
      return this.#frame!.add(block);
    } catch (cause) {
      throw badZstd(this.#name, cause);
    }
  }
}

class Frame {
  readonly #header: FrameHeader;
  readonly #before: Before = {
    out: new Uint8Array(2 * MOST_BLOCK),
    filled: 0,
    tables: [],
    distances: [1, 4, 8],
  };
  #total = 0;

  constructor(header: FrameHeader) {
    this.#header = header;
  }

  /** @throws RangeError when the block is damaged */
  add({ kind, bytes, size, isLast }: Block): Uint8Array {
    const before = this.#before;
    this.#makeRoom();
    const begin = before.filled;
    if (kind === "compressed") readBlock(bytes, before);
    else {
      before.filled += size;
      if (kind === "stored") before.out.set(bytes, begin);
      else before.out.fill(bytes[0]!, begin, before.filled);
    }
    this.#total += before.filled - begin;
    if (isLast && this.#total !== (this.#header.size ?? this.#total)) {
      throw new RangeError("another size");
    }
    return before.out.slice(begin, before.filled);
  }

  /** For one block. What is farther back than the window is dropped, half a window at a time. */
  #makeRoom(): void {
    const { out, filled } = this.#before;
    if (filled + MOST_BLOCK <= out.length) return;
    const kept = Math.min(filled, this.#header.window);
    const wanted = kept + Math.max(kept >> 1, MOST_BLOCK) + MOST_BLOCK;
    if (wanted > out.length) this.#before.out = new Uint8Array(wanted);
    this.#before.out.set(out.subarray(filled - kept, filled));
    this.#before.filled = kept;
  }
}

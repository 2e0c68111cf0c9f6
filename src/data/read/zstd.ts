/**
 * Zstandard (RFC 8878), unpacked by fzstd, one block at a time: a block gives at most 128 KiB, so that
 * few bytes cannot become many at once, and a frame's window is checked before memory is taken for it.
 */

import type { Decompress } from "fzstd";
import { FormatError, words } from "../../errors.js";
import { joined } from "./peeked.js";

/** Enough for everything but `--ultra` and `--long`. */
const MOST_WINDOW = 2 ** 25;
const MOST_BLOCK = 2 ** 17;
const MAGIC = 0xfd2fb528;

/** @throws FormatError when the bytes are no zstd, end early, or need a window of more than 32 MiB */
export async function* unzstd(
  chunks: AsyncGenerator<Uint8Array, void>,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  const { Decompress: Stream } = await import("fzstd");
  let out: Uint8Array[] = [];
  const stream = new Stream((chunk) => out.push(chunk));
  const units = new ZstdUnits(name);
  try {
    for await (const chunk of chunks) {
      for (const unit of units.add(chunk)) {
        pushTo(stream, unit, false, name);
        yield* out;
        out = [];
      }
    }
    units.end();
    pushTo(stream, new Uint8Array(0), true, name);
    yield* out;
  } finally {
    await chunks.return();
  }
}

/** All of some bytes, which say how many they become. */
export function unzstdWhole(
  Stream: typeof Decompress,
  packed: Uint8Array,
  length: number,
  name: string,
): Uint8Array {
  const out = new Uint8Array(length);
  let filled = 0;
  const stream = new Stream((chunk) => {
    if (filled + chunk.length > length) throw badZstd(name);
    out.set(chunk, filled);
    filled += chunk.length;
  });
  const units = new ZstdUnits(name);
  for (const unit of units.add(packed)) pushTo(stream, unit, false, name);
  units.end();
  pushTo(stream, new Uint8Array(0), true, name);
  return out.subarray(0, filled);
}

function pushTo(stream: Decompress, unit: Uint8Array, isLast: boolean, name: string): void {
  try {
    stream.push(unit, isLast);
  } catch (cause) {
    throw badZstd(name, cause);
  }
}

/** Cuts a stream into frame headers, blocks and checksums, each whole; leaves out skippable frames. */
class ZstdUnits {
  readonly #name: string;
  #rest: Uint8Array = new Uint8Array(0);
  #within: "frames" | "blocks" | "checksum" = "frames";
  #hasChecksum = false;
  #skip = 0;

  constructor(name: string) {
    this.#name = name;
  }

  *add(chunk: Uint8Array): Generator<Uint8Array> {
    this.#rest = joined([this.#rest, chunk]);
    for (;;) {
      const skipped = Math.min(this.#skip, this.#rest.length);
      this.#rest = this.#rest.subarray(skipped);
      this.#skip -= skipped;
      const length = this.#skip > 0 ? 0 : this.#length();
      if (length === 0 || length > this.#rest.length) return;
      const unit = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      this.#advance(unit);
      if (this.#skip === 0) yield unit;
    }
  }

  /** @throws FormatError when bytes are missing */
  end(): void {
    if (this.#rest.length > 0 || this.#skip > 0 || this.#within !== "frames") {
      throw badZstd(this.#name);
    }
  }

  /** Bytes of the next unit; 0 when more are needed to tell. */
  #length(): number {
    const [a, b, c, d, flags] = this.#rest;
    if (this.#within === "checksum") return 4;
    if (this.#within === "blocks") {
      if (c === undefined) return 0;
      const size = (a! >> 3) | (b! << 5) | (c << 13);
      if (size > MOST_BLOCK) throw badZstd(this.#name);
      return ((a! >> 1) & 3) === 1 ? 4 : 3 + size;
    }
    if (flags === undefined) return 0;
    const magic = (a! | (b! << 8) | (c! << 16) | (d! << 24)) >>> 0;
    if (magic >>> 4 === 0x184d2a5) return 8;
    if (magic !== MAGIC) throw badZstd(this.#name);
    return 5 + headerBytes(flags);
  }

  #advance(unit: Uint8Array): void {
    if (this.#within === "blocks") {
      if (unit[0]! & 1) this.#within = this.#hasChecksum ? "checksum" : "frames";
    } else if (this.#within === "checksum") this.#within = "frames";
    else if (unit[0] !== 0x28) {
      this.#skip = new DataView(unit.buffer, unit.byteOffset).getUint32(4, true);
    } else {
      checkWindow(unit[4]!, unit.subarray(5), this.#name);
      this.#hasChecksum = (unit[4]! & 4) !== 0;
      this.#within = "blocks";
    }
  }
}

/** Bytes of a frame's header behind its flags: window, dictionary, content size. */
function headerBytes(flags: number): number {
  const isSingle = (flags >> 5) & 1;
  const size = flags >> 6 ? 1 << (flags >> 6) : isSingle;
  return 1 - isSingle + [0, 1, 2, 4][flags & 3]! + size;
}

/** A frame in one segment has a window of its own size. */
function checkWindow(flags: number, fields: Uint8Array, name: string): void {
  let window = 0;
  if (flags & 32) {
    const size = fields.subarray([0, 1, 2, 4][flags & 3]!);
    for (let i = size.length - 1; i >= 0; --i) window = window * 256 + size[i]!;
  } else {
    const base = 2 ** (10 + (fields[0]! >> 3));
    window = base + (base / 8) * (fields[0]! & 7);
  }
  if (window <= MOST_WINDOW) return;
  const found = words(`one of ${Math.ceil(window / 2 ** 20)} MiB`);
  const remedy = "Pack the file without --ultra and --long.";
  throw new FormatError(name, "zstd data with a window of at most 32 MiB", found, remedy);
}

function badZstd(name: string, cause?: unknown): FormatError {
  const found = words("damaged or cut off bytes");
  return new FormatError(name, "whole zstd data", found, undefined, { cause });
}

/** What a stream of Zstandard is cut into (RFC 8878, §3.1): headers of frames, and blocks. */

import { FormatError, words } from "../../../errors.js";
import { joined } from "../peeked.js";
import { MOST_BLOCK } from "./literals.js";

/** Enough for everything but `--ultra` and `--long`. */
const MOST_WINDOW = 2 ** 25;
const MAGIC = 0xfd2fb528;

export interface FrameHeader {
  readonly kind: "frame";
  /** Bytes that later blocks may copy from. */
  readonly window: number;
  /** Bytes that the frame becomes, where it says so. */
  readonly size: number | undefined;
}

export interface Block {
  readonly kind: "stored" | "repeated" | "compressed";
  /** What is stored, the byte that is repeated, or what is to be unpacked. */
  readonly bytes: Uint8Array;
  /** Bytes that a stored or repeated block becomes. */
  readonly size: number;
  readonly isLast: boolean;
}

/** Cuts a stream into whole units; leaves out frames to be skipped, and checksums. */
export class ZstdUnits {
  readonly #name: string;
  #rest: Uint8Array = new Uint8Array(0);
  #within: "frames" | "blocks" | "checksum" = "frames";
  #hasChecksum = false;
  #skip = 0;

  constructor(name: string) {
    this.#name = name;
  }

  *add(chunk: Uint8Array): Generator<FrameHeader | Block> {
    this.#rest = joined([this.#rest, chunk]);
    for (;;) {
      const skipped = Math.min(this.#skip, this.#rest.length);
      this.#rest = this.#rest.subarray(skipped);
      this.#skip -= skipped;
      const length = this.#skip > 0 ? 0 : this.#length();
      if (length === 0 || length > this.#rest.length) return;
      const unit = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      if (this.#within === "checksum") this.#within = "frames";
      else if (this.#within === "blocks") yield this.#block(unit);
      else if (unit[0] === 0x28) yield this.#frame(unit);
      else this.#skip = new DataView(unit.buffer, unit.byteOffset).getUint32(4, true);
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
      const { kind, size } = headOf(this.#rest);
      if (size > MOST_BLOCK || kind === 3) throw badZstd(this.#name);
      return kind === 1 ? 4 : 3 + size;
    }
    if (flags === undefined) return 0;
    const magic = (a! | (b! << 8) | (c! << 16) | (d! << 24)) >>> 0;
    if (magic >>> 4 === 0x184d2a5) return 8;
    if (magic !== MAGIC || flags & 8) throw badZstd(this.#name);
    const { window, dictionary, size } = fieldsOf(flags);
    return 5 + window + dictionary + size;
  }

  #block(unit: Uint8Array): Block {
    const { isLast, kind, size } = headOf(unit);
    if (isLast) this.#within = this.#hasChecksum ? "checksum" : "frames";
    const name = (["stored", "repeated", "compressed"] as const)[kind]!;
    return { kind: name, bytes: unit.subarray(3), size, isLast };
  }

  #frame(unit: Uint8Array): FrameHeader {
    const flags = unit[4]!;
    const fields = fieldsOf(flags);
    let at = 5 + fields.window;
    if (littleEndian(unit.subarray(at, at + fields.dictionary)) > 0) {
      const found = words("data that needs one");
      const remedy = "Unpack the file with its dictionary.";
      throw new FormatError(this.#name, "zstd data without a dictionary", found, remedy);
    }
    at += fields.dictionary;
    const told = littleEndian(unit.subarray(at)) + (fields.size === 2 ? 256 : 0);
    const size = fields.size > 0 ? told : undefined;
    const base = 2 ** (10 + (unit[5]! >> 3));
    // A frame in one segment has a window of its own size.
    const window = fields.window > 0 ? base + (base / 8) * (unit[5]! & 7) : told;
    if (window > MOST_WINDOW) {
      const found = words(`one of ${Math.ceil(window / 2 ** 20)} MiB`);
      const remedy = "Pack the file without --ultra and --long.";
      const expected = "zstd data with a window of at most 32 MiB";
      throw new FormatError(this.#name, expected, found, remedy);
    }
    this.#hasChecksum = (flags & 4) !== 0;
    this.#within = "blocks";
    return { kind: "frame", window, size };
  }
}

/** The three bytes in front of a block (§3.1.1.2). */
function headOf(bytes: Uint8Array): { isLast: boolean; kind: number; size: number } {
  const head = bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16);
  return { isLast: (head & 1) === 1, kind: (head >> 1) & 3, size: head >> 3 };
}

/** Bytes of the fields of a frame's header behind its flags (§3.1.1.1). */
function fieldsOf(flags: number): { window: number; dictionary: number; size: number } {
  const isSingle = (flags >> 5) & 1;
  const size = flags >> 6 ? 1 << (flags >> 6) : isSingle;
  return { window: 1 - isSingle, dictionary: [0, 1, 2, 4][flags & 3]!, size };
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

export function badZstd(name: string, cause?: unknown): FormatError {
  const found = words("damaged or cut off bytes");
  return new FormatError(name, "whole zstd data", found, undefined, { cause });
}

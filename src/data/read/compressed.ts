/** Compression is found by the first bytes, whatever the name says; its reader is loaded when met. */

import { FormatError, words } from "../../errors.js";
import { Peeked } from "./peeked.js";

/** How a file is packed. */
export type Compression = "none" | "gzip" | "zstd" | "zip";

/** Bytes that tell what a file is. */
const LOOKED_AT = 512;

/** The chunks unpacked, and how they were packed. @throws FormatError when it is nothing that is read */
export async function unpacked(
  packed: AsyncGenerator<Uint8Array, void>,
  name: string,
  mustBeGzip: boolean,
): Promise<{ readonly bytes: Peeked; readonly compression: Compression }> {
  const outer = new Peeked(packed);
  try {
    const head = await outer.peek(LOOKED_AT);
    const compression = compressionOf(head);
    if (mustBeGzip && compression === "none" && head.length > 0) {
      throw new FormatError(name, "gzip data, as the name says", words("other bytes"));
    }
    if (compression === "zip") (await import("./foreign.js")).refuseSpreadsheet(head, name);
    const bytes =
      compression === "none" ? outer : new Peeked(await reader(compression, outer, name));
    const begin = await bytes.peek(LOOKED_AT);
    if (!isPlain(begin)) (await import("./foreign.js")).refuseForeign(begin, name);
    return { bytes, compression };
  } catch (error) {
    await outer.close();
    throw error;
  }
}

function compressionOf(head: Uint8Array): Compression {
  if (starts(head, 0x1f, 0x8b)) return "gzip";
  if (starts(head, 0x28, 0xb5, 0x2f, 0xfd)) return "zstd";
  return starts(head, 0x50, 0x4b, 3, 4) ? "zip" : "none";
}

/** Text that is a table if it is anything: no first word of SQL or of a page, and nothing that no text holds. */
function isPlain(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, 64));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/^\W*(<|--|\/\*|create|insert|drop|begin|pragma)|[\0-\x08\x0e-\x1f]/i.test(text);
}

/** Parquet begins with PAR1. */
export function isParquet(head: Uint8Array): boolean {
  return starts(head, 0x50, 0x41, 0x52, 0x31);
}

function starts(head: Uint8Array, ...magic: readonly number[]): boolean {
  return magic.every((byte, i) => head[i] === byte);
}

async function reader(
  compression: Exclude<Compression, "none">,
  outer: Peeked,
  name: string,
): Promise<AsyncGenerator<Uint8Array, void>> {
  if (compression === "gzip") return (await import("./gzip.js")).gunzipped(outer.chunks(), name);
  if (compression === "zstd") return (await import("./zstd.js")).unzstd(outer.chunks(), name);
  return (await import("./zip.js")).unzipped(outer.chunks(), name);
}

/** Tables of a gigabyte, from a stream: how much is read of them, and how much memory that takes. */

import { Readable } from "node:stream";
import { createGzip, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readRatings } from "../../src/data/ratings.js";
import { readEvents } from "../../src/data/readers.js";
import { readTitles } from "../../src/data/titles.js";
import { FormatError } from "../../src/errors.js";

const MOST_MB = 64;
const GIGABYTE = 2 ** 30;
const PIECE = 2 ** 16;

/** A header, then a gigabyte of this text; `sent` counts the bytes that were asked for. */
function gigabyte(text: string): { stream: ReadableStream<Uint8Array>; sent: () => number } {
  const piece = new TextEncoder().encode(text.repeat(Math.floor(PIECE / text.length)));
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("visit,item,time\n")),
    pull(controller) {
      if (sent >= GIGABYTE) controller.close();
      else controller.enqueue(piece.slice());
      sent += piece.length;
    },
  });
  return { stream, sent: () => sent };
}

const peakMb = (): number => process.resourceUsage().maxRSS / 1024;

describe("a table of a gigabyte", () => {
  test.each([
    ["in one line", "x"],
    ["in one line of commas", ","],
    ["in one line of quotes", '"'],
    ["in one quote over many lines", '"\n\n\n'],
    ["of carriage returns", "\r"],
    ["of quotes at every line end", '""""\n"""'],
  ])("%s is refused after a few MB", async (_, text) => {
    const before = peakMb();
    const { stream, sent } = gigabyte(text);
    await expect(readEvents(stream)).rejects.toThrow(FormatError);
    expect(sent()).toBeLessThan(16 * 2 ** 20);
    expect(peakMb() - before).toBeLessThan(MOST_MB);
  });

  test("packed into a MB is refused as soon", async () => {
    const { stream } = gigabyte("x");
    const zip = createGzip();
    const packed = Readable.from(stream as AsyncIterable<Uint8Array>).pipe(zip);
    const before = peakMb();
    const web = Readable.toWeb(packed) as ReadableStream<Uint8Array>;
    await expect(readEvents(web, { name: "bomb.gz" })).rejects.toThrow(FormatError);
    expect(peakMb() - before).toBeLessThan(MOST_MB);
  });

  test.each([
    ["readEvents", readEvents],
    ["readRatings", readRatings],
    ["readTitles", readTitles],
  ])("%s refuses 150 MB of one line that are packed into 0.65 MB", async (_, read) => {
    const packed = new Uint8Array(gzipSync(Buffer.alloc(150e6, "a"), { level: 1 }));
    const before = peakMb();
    await expect(read(packed)).rejects.toThrow(FormatError);
    expect(peakMb() - before).toBeLessThan(MOST_MB);
  });
});

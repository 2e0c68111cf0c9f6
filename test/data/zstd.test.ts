/** Zstandard: what the `zstd` command makes comes back, and hostile blocks cost little. */

import v8 from "node:v8";
import vm from "node:vm";
import { describe, expect, test } from "vitest";
import { unzstd, unzstdWhole } from "../../src/data/read/zstd.js";
import { readEvents } from "../../src/data/readers.js";
import { FormatError } from "../../src/errors.js";
import { ZSTD_TABLES } from "../fuzz/packed-tables.js";
import { ownTime } from "../longest-turn.js";

const sessions = Array.from({ length: 60 }, (_, i) => {
  return `${i >> 2},${(i * i) % 23},${1400000000 + i * 60}\n`;
});
const visits = Array.from({ length: 40 }, (_, i) => {
  const item = "abcdefgh"[i % 8]!.repeat(3);
  return `visit ${Math.floor(i / 3)}\titem ${item}\t2024-01-0${1 + (i % 9)}T00:00:00Z\n`;
});
const TEXTS = [
  `SessionId,ItemId,Time\n${sessions.join("")}`,
  `visit\tproduct\ttime\n${visits.join("")}`,
  `SessionId,ItemId,Time\n${sessions.join("")}`,
];

async function unpacked(packed: Uint8Array, pieces: number): Promise<string> {
  const chunks = (async function* () {
    for (let i = 0; i < packed.length; i += pieces) yield packed.subarray(i, i + pieces);
  })();
  const out: Uint8Array[] = [];
  for await (const chunk of unzstd(chunks, "bytes")) out.push(chunk);
  return Buffer.concat(out).toString();
}

/** A frame of a window of 1 MiB with one last compressed block. */
function frame(...block: readonly number[]): Uint8Array {
  const head = 1 | (2 << 1) | (block.length << 3);
  const header = [0x28, 0xb5, 0x2f, 0xfd, 0, 0x50];
  return Uint8Array.of(...header, head & 255, (head >> 8) & 255, head >> 16, ...block);
}

describe("zstd", () => {
  test.each([1, 7, 100_000])("comes back from pieces of %i bytes", async (pieces) => {
    for (const [i, packed] of ZSTD_TABLES.entries()) {
      expect(await unpacked(packed, pieces)).toBe(TEXTS[i]);
    }
  });

  test("comes back from several frames with one that is to be skipped between", async () => {
    const skipped = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9);
    const all = Buffer.concat([ZSTD_TABLES[0]!, skipped, ZSTD_TABLES[1]!]);
    expect(await unpacked(all, 50)).toBe(TEXTS[0]! + TEXTS[1]!);
  });

  test("keeps only its window: blocks that repeat a byte become far more than memory holds", async () => {
    const blocks = Array.from({ length: 2000 }, (_, i) => {
      const head = (i === 1999 ? 1 : 0) | (1 << 1) | (131_072 << 3);
      return [head & 255, (head >> 8) & 255, head >> 16, 10];
    });
    const chunks = (async function* () {
      yield Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x50, ...blocks.flat());
    })();
    let length = 0;
    let most = 0;
    let pieces = 0;
    const before = heldBytes();
    for await (const chunk of unzstd(chunks, "bytes")) {
      length += chunk.length;
      if (++pieces % 200 === 0) most = Math.max(most, heldBytes() - before);
    }
    expect(pieces).toBeGreaterThan(1000);
    expect(length).toBe(2000 * 131_072);
    expect(most).toBeLessThan(2 ** 26);
  });

  test.each([
    // One byte repeated as 16 literals; 32,512 sequences whose tables have one symbol each.
    [
      "matches of 128 KiB each",
      [0b10000001, 1, 255, 0, 0, 0b01010100, 0, 2, 52, ...Array(60_000).fill(255)],
    ],
    ["a code of weights that takes no bits", [0b10, 64, 0, 2, 0, 0xf1, 255, 255]],
    ["literals beyond a block", [0b1101, 0xff, 0xff, 1, 0]],
    ["a table of before where there was none", [0b1, 1, 1, 0b11111100, 1]],
    ["coded literals without a code", [0b11, 0, 0, 0]],
  ])("refuses %s within 50 ms", async (_, block) => {
    const begun = ownTime();
    const damaged = /whole zstd data, got damaged/;
    await expect(unpacked(frame(...block), 100_000)).rejects.toThrow(damaged);
    expect(ownTime() - begun).toBeLessThan(50);
  });

  test("refuses frames that need a dictionary, or are of another size than they say", async () => {
    const dictionary = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 1, 0x50, 7, 1, 0, 0);
    await expect(readEvents(dictionary)).rejects.toThrow(/zstd data without a dictionary/);
    const single = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 9, 9, 0, 0, 65);
    await expect(readEvents(single)).rejects.toThrow(FormatError);
    expect(() => unzstdWhole(ZSTD_TABLES[0]!, TEXTS[0]!.length - 1, "bytes")).toThrow(FormatError);
    expect(() => unzstdWhole(ZSTD_TABLES[0]!, TEXTS[0]!.length + 1, "bytes")).toThrow(FormatError);
  });
});

/** Bytes of buffers that are in use: an engine lets up to 64 MB of others lie before it collects them. */
function heldBytes(): number {
  v8.setFlagsFromString("--expose-gc");
  vm.runInNewContext("gc")();
  return process.memoryUsage().arrayBuffers;
}

/** Reading that is followed, and ended by a signal. */

import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { readRatings } from "../../src/data/ratings.js";
import { readSessions } from "../../src/data/readers.js";
import { readRecords } from "../../src/data/records.js";
import { readTitles } from "../../src/data/titles.js";
import type { ReadProgress } from "../../src/index.js";

const ROWS = 20_000;
const text = `session\titem\ttime\n${Array.from({ length: ROWS }, (_, i) => `${i >> 2}\ti${i % 99}\t${i}\n`).join("")}`;
const bytes = new TextEncoder().encode(text);

function parquet(): Uint8Array {
  const column = (name: string, of: (row: number) => number) => {
    return { name, data: Int32Array.from({ length: ROWS }, (_, i) => of(i)), type: "INT32" };
  };
  const columns = [column("session", (i) => i >> 2), column("item", (i) => i % 99)];
  const columnData = [...columns, column("time", (i) => i)];
  return new Uint8Array(parquetWriteBuffer({ columnData: columnData as never }));
}

async function heard(read: (onProgress: (progress: ReadProgress) => void) => Promise<unknown>) {
  const all: ReadProgress[] = [];
  await read((progress) => all.push(progress));
  expect(all.length).toBeGreaterThan(1);
  for (const [i, { bytes, rows }] of all.entries()) {
    expect(bytes).toBeGreaterThanOrEqual(all[i - 1]?.bytes ?? 1);
    expect(rows).toBeGreaterThanOrEqual(all[i - 1]?.rows ?? 1);
  }
  return all.at(-1)!;
}

describe("onProgress", () => {
  const packed = new Uint8Array(gzipSync(bytes));
  const columns = parquet();

  test.each([
    ["bytes", [bytes]],
    ["a Blob", [new Blob([bytes])]],
    ["gzip, whose packed bytes count", [packed]],
    ["Parquet, of which only some bytes are read", [columns]],
    ["several sources", [bytes, packed]],
  ])("hears of %s up to the end", async (_, sources) => {
    const last = await heard((onProgress) => readSessions(sources, { onProgress }));
    const totalBytes = sources.reduce(
      (sum, source) => sum + (source instanceof Blob ? source.size : source.length),
      0,
    );
    expect(last).toEqual({ bytes: totalBytes, totalBytes, rows: ROWS * sources.length });
  });

  test("hears of a stream, whose size is not known", async () => {
    const { body } = new Response(bytes);
    const last = await heard((onProgress) => readSessions(body!, { onProgress }));
    expect(last).toEqual({ bytes: bytes.length, totalBytes: undefined, rows: ROWS });
  });

  test("hears of sequences, ratings, titles and records", async () => {
    const last = [
      await heard((onProgress) =>
        readSessions("1 a b\n2 c\n", { format: "sequences", onProgress }),
      ),
      await heard((onProgress) => readRatings("1::a::5::9\n2::b::4::8\n", { onProgress })),
      await heard((onProgress) => readTitles("1::M::Crime\n2::Z::Drama\n", { onProgress })),
      await heard((onProgress) =>
        readRecords("item,a\n1,x\n2,y\n", { features: { a: { kind: "text" } }, onProgress }),
      ),
    ];
    expect(last.map(({ rows }) => rows)).toEqual([2, 2, 2, 2]);
  });

  test("may throw, which ends the reading", async () => {
    const onProgress = (): void => {
      throw new RangeError("enough");
    };
    await expect(readSessions(bytes, { onProgress })).rejects.toThrow(new RangeError("enough"));
  });
});

describe("signal", () => {
  const reason = new Error("no longer wanted");

  test.each([
    ["text", bytes],
    ["gzip", new Uint8Array(gzipSync(bytes))],
    ["Parquet", parquet()],
  ])("ends the reading of %s with its reason", async (_, source) => {
    const stop = new AbortController();
    const onProgress = (): void => stop.abort(reason);
    const reading = readSessions([source, source], { signal: stop.signal, onProgress });
    await expect(reading).rejects.toBe(reason);
    await expect(readSessions(source, { signal: stop.signal })).rejects.toBe(reason);
  });

  test("ends the sorting after the last row, too", async () => {
    const stop = new AbortController();
    const onProgress = ({ rows }: ReadProgress): void => {
      if (rows === 30 * ROWS) setTimeout(() => stop.abort(reason));
    };
    const sources = Array.from({ length: 30 }, () => bytes);
    const reading = readSessions(sources, { signal: stop.signal, onProgress });
    await expect(reading).rejects.toBe(reason);
  });

  test.each([[""], ["session\titem\ttime\n1\ta\t3\n"]])(
    "cancels a stream that never answers after %j",
    async (begin) => {
      const stop = new AbortController();
      let cancelled: unknown;
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(begin)),
        cancel: (why) => {
          cancelled = why;
        },
      });
      const reading = readSessions(stream, { signal: stop.signal });
      setTimeout(() => stop.abort(reason), 20);
      await expect(reading).rejects.toBe(reason);
      expect(cancelled).toBe(reason);
    },
  );
});

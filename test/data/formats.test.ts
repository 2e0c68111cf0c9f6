/** One log, written in every way that is read: the sessions are the same. */

import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import type { ReadOptions } from "../../src/data/read/options.js";
import type { Source } from "../../src/data/read/source.js";
import { readEvents, readSessions } from "../../src/data/readers.js";
import { FormatError } from "../../src/errors.js";

interface Click {
  readonly session: string;
  readonly item: string;
  readonly time: number;
}

/** Zstandard without compression: RFC 8878 allows blocks that are stored as they are. */
function zstd(bytes: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let begin = 0; begin === 0 || begin < bytes.length; begin += 1000) {
    const part = bytes.subarray(begin, begin + 1000);
    const isLast = begin + 1000 >= bytes.length ? 1 : 0;
    const head = isLast | (part.length << 3);
    blocks.push(Uint8Array.of(head & 255, (head >> 8) & 255, head >> 16, ...part));
  }
  const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58);
  return new Uint8Array(Buffer.concat([frame, ...blocks]));
}

const packings = {
  none: (bytes: Uint8Array): Uint8Array => bytes,
  gzip: (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes)),
  zstd,
  zip: (bytes: Uint8Array): Uint8Array => zipSync({ "clicks.csv": bytes }),
};

const encodings = {
  "utf-8": (text: string): Uint8Array => strToU8(text),
  "utf-8 with a mark": (text: string): Uint8Array => strToU8(`\ufeff${text}`),
  "utf-16": (text: string): Uint8Array => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le")),
};

const written = fc.record({
  format: fc.constantFrom("delimited", "delimited", "delimited", "lines", "array", "parquet"),
  delimiter: fc.constantFrom(",", "\t", ";", "|", "::"),
  quoting: fc.constantFrom("all", "where needed"),
  newline: fc.constantFrom("\n", "\r\n"),
  hasHeader: fc.boolean(),
  encoding: fc.constantFrom(...(Object.keys(encodings) as (keyof typeof encodings)[])),
  packing: fc.constantFrom(...(Object.keys(packings) as (keyof typeof packings)[])),
  order: fc.shuffledSubarray(["session_id", "item_id", "timestamp", "note"], { minLength: 4 }),
});

function fieldsOf(click: Click): Record<string, string> {
  return {
    session_id: click.session,
    item_id: click.item,
    timestamp: String(click.time),
    note: "a note",
  };
}

/** The table, and the options that it needs. */
function write(
  clicks: readonly Click[],
  how: typeof written extends fc.Arbitrary<infer T> ? T : never,
): { source: Source; options: ReadOptions } {
  const { format, delimiter, quoting, newline, hasHeader, order } = how;
  if (format === "parquet") {
    const data = (name: string) => clicks.map((click) => fieldsOf(click)[name]!);
    const columnData = order.map((name) =>
      name === "timestamp"
        ? { name, data: clicks.map(({ time }) => time), type: "DOUBLE" as const }
        : { name, data: data(name), type: "STRING" as const },
    );
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData }));
    return { source: packings[how.packing](bytes), options: {} };
  }
  let text: string;
  let options: ReadOptions = {};
  if (format === "delimited") {
    const needsQuotes = (field: string): boolean =>
      quoting === "all" || /["\n\r]/.test(field) || field.includes(delimiter);
    const line = (fields: readonly string[]): string =>
      fields
        .map((field) => (needsQuotes(field) ? `"${field.replaceAll('"', '""')}"` : field))
        .join(delimiter) + newline;
    const rows = clicks.map((click) => line(order.map((name) => fieldsOf(click)[name]!)));
    text = (hasHeader ? line(order) : "") + rows.join("");
    const place = (name: string): number => order.indexOf(name) + 1;
    options = { delimiter };
    if (!hasHeader) {
      const columns = { sessionColumn: place("session_id"), itemColumn: place("item_id") };
      options = { ...options, ...columns, timeColumn: place("timestamp"), header: false };
    }
  } else {
    const objects = clicks.map((click) => {
      const fields = fieldsOf(click);
      const entries = order.map((name) => [name, name === "timestamp" ? click.time : fields[name]]);
      return JSON.stringify(Object.fromEntries(entries));
    });
    text = format === "lines" ? objects.join(newline) : `[${objects.join(`,${newline}`)}]`;
  }
  return { source: packings[how.packing](encodings[how.encoding](text)), options };
}

function listed(sessions: Awaited<ReturnType<typeof readSessions>>): unknown {
  const { sessionIds, items, itemIndices, offsets, times } = sessions;
  return sessionIds.map((id, session) => {
    const [begin, end] = [offsets[session]!, offsets[session + 1]!];
    const ids = Array.from(itemIndices.subarray(begin, end), (item) => items.idOf(item));
    return [String(id), ids, [...times.subarray(begin, end)]];
  });
}

function naively(clicks: readonly Click[]): unknown {
  const bySession = new Map<string, Click[]>();
  for (const click of clicks) {
    bySession.set(click.session, [...(bySession.get(click.session) ?? []), click]);
  }
  const areNumbers = [...bySession.keys()].every((id) => String(Number(id)) === id);
  const ids = [...bySession.keys()].sort((a, b) =>
    areNumbers ? Number(a) - Number(b) : a < b ? -1 : 1,
  );
  return ids.map((id) => {
    const played = bySession.get(id)!.map((click, i) => ({ ...click, i }));
    played.sort((a, b) => a.time - b.time || a.i - b.i);
    return [id, played.map(({ item }) => item), played.map(({ time }) => time)];
  });
}

describe("any log", () => {
  const id = fc.oneof(
    fc.integer({ min: 0, max: 30 }).map(String),
    fc.constantFrom(
      "a,b",
      'say "x"',
      "ü 🦊",
      "a;b",
      "a|b",
      "x:y",
      "__proto__",
      "two\nlines",
      "0x1",
    ),
  );
  const sessionId = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 6 }).map(String) },
    {
      weight: 1,
      arbitrary: id,
    },
  );
  const click = fc.record({
    session: sessionId,
    item: id,
    time: fc.integer({ min: 1_500_000_000, max: 1_500_000_050 }),
  });

  test("reads to the same sessions in every format", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(click, { minLength: 1, maxLength: 12 }),
        written,
        async (clicks, how) => {
          const { source, options } = write(clicks, how);
          expect(listed(await readSessions(source, options))).toEqual(naively(clicks));
        },
      ),
      { numRuns: 2000, seed: 15 },
    );
  }, 240_000);
});

describe("packed and columnar tables", () => {
  const TABLE = "sid,item,ts\n1,a,1\n1,b,2\n";
  // What the `zstd` command makes of the same table, repeated a hundred times below its header.
  const COMPRESSED = "KLUv/QRo9QAAuHNpZCxpdGVtLHRzCjEsYSwxCjEsYiwyAQBF+V+azkbm4w==";

  test("of compressed blocks are read", async () => {
    const table = await readEvents(new Uint8Array(Buffer.from(COMPRESSED, "base64")));
    expect(table.report).toMatchObject({ compression: "zstd", events: 200, items: 2 });
  });

  test("say how they are packed", async () => {
    for (const packing of ["gzip", "zstd", "zip"] as const) {
      const { report } = await readEvents(packings[packing](strToU8(TABLE)));
      expect(report).toMatchObject({ compression: packing, events: 2 });
    }
  });

  test.each(["gzip", "zstd", "zip"] as const)("cut off within %s are refused", async (packing) => {
    const packed = packings[packing](strToU8(TABLE.repeat(50)));
    for (const length of [5, 9, packed.length >> 1, packed.length - 1]) {
      await expect(readEvents(packed.subarray(0, length))).rejects.toThrow(FormatError);
    }
  });

  test("several in a zip are refused by name", async () => {
    const zip = zipSync({ "a.csv": strToU8(TABLE), "b.csv": strToU8(TABLE) });
    await expect(readEvents(zip)).rejects.toThrow(/one table in it, got several: "a.csv", "b.csv"/);
  });

  test("of a huge zstd window are refused before memory is taken", async () => {
    const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xb8, 1, 0, 0);
    await expect(readEvents(frame)).rejects.toThrow(/a window of at most 32 MiB/);
  });

  test("of Parquet have numbers, times and nothing in cells", async () => {
    const columnData = [
      { name: "session_id", data: [1n, 1n, 2n, null], type: "INT64" as const },
      { name: "item_id", data: [5, null, 7, 8], type: "INT32" as const },
      {
        name: "timestamp",
        data: [1, 2, 3, 4].map((n) => new Date(1.7e12 + n)),
        type: "TIMESTAMP" as const,
      },
    ];
    const table = await readEvents(new Uint8Array(parquetWriteBuffer({ columnData })));
    expect(table.itemId).toEqual(["5", "7"]);
    expect(table.sessionId).toEqual([1, 2]);
    expect(table.time[0]).toBe(1.7e9 + 0.001);
    expect(table.report).toMatchObject({ format: "Parquet", rows: 4 });
    expect(table.report.leftOut.map(({ reason }) => reason)).toEqual(["no item", "no session"]);
  });

  test("of Parquet that is broken are refused", async () => {
    const columnData = [{ name: "item_id", data: ["a", "b"], type: "STRING" as const }];
    const whole = new Uint8Array(parquetWriteBuffer({ columnData }));
    await expect(readEvents(whole)).rejects.toThrow(/a column of session ids, got the columns/);
    await expect(readEvents(whole.subarray(0, -3))).rejects.toThrow(/a whole Parquet file/);
    const lying = whole.slice();
    lying[lying.length - 7] = 0xff;
    await expect(readEvents(lying)).rejects.toThrow(/a whole Parquet file, got a false footer/);
  });
});

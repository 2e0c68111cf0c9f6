/** Parquet: the encodings and pages that writers make, and what lies about its sizes. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { checkDelta, checkRuns, checkShared } from "../../src/data/read/parquet/encodings.js";
import { checkThrift } from "../../src/data/read/parquet/thrift.js";
import { readEvents } from "../../src/data/readers.js";
import { FormatError } from "../../src/errors.js";
import { DUCKDB_TABLES } from "../fuzz/packed-tables.js";
import { ownTime } from "../longest-turn.js";

const BIG = [0xfe, 0xff, 0xff, 0xff, 0x0f];

describe("Parquet", () => {
  test("of DuckDB is read: pages of version 1 and 2, dictionaries, zstd", async () => {
    for (const file of DUCKDB_TABLES.slice(0, 3)) {
      const table = await readEvents(file);
      expect(table.itemId).toEqual(Array.from({ length: 40 }, (_, i) => `it${(i * 7) % 5}`));
      expect(table.sessionId).toEqual(Array.from({ length: 40 }, (_, i) => Math.floor(i / 3)));
      expect(table.time[39]).toBe(1704067200 + 39 * 60);
    }
  });

  test("of unsigned numbers and times of day is read as it stands, or refused", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "gru4rec-parquet-")), "log.parquet");
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const database = await (await DuckDBInstance.create(":memory:")).connect();
    const written = async (session: string, time: string): Promise<Uint8Array> => {
      const row = `${session} AS session, 'a' AS item, ${time} AS time`;
      await database.run(`COPY (SELECT ${row}) TO '${path}' (FORMAT parquet)`);
      return new Uint8Array(readFileSync(path));
    };
    try {
      const most = await readEvents(await written("CAST(18446744073709551615 AS UBIGINT)", "5"));
      expect(most.sessionId).toEqual(["18446744073709551615"]);
      const clock = readEvents(await written("1", "TIME '10:00:01'"));
      await expect(clock).rejects.toThrow('got "10:00:01". A time of day needs its date');
    } finally {
      database.closeSync();
      rmSync(dirname(path), { recursive: true });
    }
  });

  test("with gaps leaves these rows out", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => i).filter((i) => i % 5 > 0 && i % 7 > 0);
    const table = await readEvents(DUCKDB_TABLES[3]!);
    expect(table.itemId).toEqual(rows.map((i) => `item ${i * i}`));
    expect(table.sessionId).toEqual(rows.map((i) => Math.floor(i / 3)));
    expect([...table.time]).toEqual(rows.map((i) => 1.7e9 + i));
  });

  test("of many pages and row groups is read in order, whatever the columns are cut into", async () => {
    const count = 50_000;
    const numbers = Array.from({ length: count }, (_, i) => i);
    const columnData = [
      { name: "session_id", data: numbers.map((i) => BigInt(i >> 3)), type: "INT64" as const },
      { name: "item_id", data: numbers.map((i) => `ü${i % 999}`), type: "STRING" as const },
      { name: "timestamp", data: numbers.map((i) => 1e9 + i), type: "DOUBLE" as const },
    ];
    const file = parquetWriteBuffer({ columnData, pageSize: 3000, rowGroupSize: 20_000 });
    const table = await readEvents(new Uint8Array(file));
    expect(table.sessionId).toEqual(numbers.map((i) => i >> 3));
    expect(table.itemId).toEqual(numbers.map((i) => `ü${i % 999}`));
    expect([...table.time]).toEqual(numbers.map((i) => 1e9 + i));
  });

  test("with ids beyond safe integers keeps every digit", async () => {
    const data = [2n ** 60n, 2n ** 60n + 1n, -5n];
    const columnData = [
      { name: "session_id", data, type: "INT64" as const },
      { name: "item_id", data, type: "INT64" as const },
      { name: "timestamp", data: [1, 2, 3], type: "DOUBLE" as const },
    ];
    const table = await readEvents(new Uint8Array(parquetWriteBuffer({ columnData })));
    expect(table.itemId).toEqual(["1152921504606846976", "1152921504606846977", "-5"]);
  });

  test("of numbers is read by columns as it is by rows", async () => {
    const rows = (of: (i: number) => unknown) => Array.from({ length: 9 }, (_, i) => of(i));
    const base = {
      session: (i: number) => i >> 1,
      item: (i: number) => i % 4,
      time: (i: number) => 1e9 + i / 4,
    };
    const others: Record<string, Partial<Record<keyof typeof base, (i: number) => unknown>>> = {
      plain: {},
      "−0": { item: (i) => (i % 2 ? -0 : 0) },
      "a gap": { item: (i) => (i === 5 ? null : i) },
      "no number": { session: (i) => (i === 5 ? Number.NaN : i) },
      "negative or broken": { item: (i) => [-1, 0.5, 7][i % 3] },
      large: { item: (i) => [2 ** 53 - 1, 1e15, 1e15 - 1, 2 ** 31, 2 ** 32 + 1, 3e9][i % 6] },
      "far, then near": { item: (i) => [1e14, 5, 6, 1e14][i % 4] },
    };
    for (const [name, other] of Object.entries(others)) {
      const columns = Object.entries({ ...base, ...other }).map(([column, of]) => ({
        name: column,
        data: rows(of),
      }));
      const data = columns.map((column) => ({ ...column, type: "DOUBLE" as const }));
      const file = parquetWriteBuffer({ columnData: data, rowGroupSize: 4 });
      const text = [columns.map((column) => column.name)].concat(
        rows((i) =>
          columns.map(({ data }) =>
            String(data[i] === null || Number.isNaN(data[i]) ? "" : data[i] || 0),
          ),
        ) as string[][],
      );
      const [read, expected] = await Promise.all([
        readEvents(new Uint8Array(file)),
        readEvents(text.map((row) => row.join("\t")).join("\n")),
      ]);
      for (const key of ["sessionId", "itemId", "time"] as const)
        expect(read[key], name).toEqual(expected[key]);
      expect(read.report).toMatchObject({
        rows: 9,
        timeUnit: "seconds",
        events: expected.report.events,
      });
    }
  });

  test("with times of 96 bits is read, as Impala and Spark write them", async () => {
    const day = (julian: number, seconds: number): Uint8Array => {
      const bytes = new Uint8Array(12);
      const view = new DataView(bytes.buffer);
      view.setBigInt64(0, BigInt(seconds) * 10n ** 9n, true);
      view.setInt32(8, julian, true);
      return bytes;
    };
    const times = [day(2_440_588, 1.5 * 2), day(2_460_311, 3600)]; // 1970-01-01 and 2024-01-01
    const columnData = [
      { name: "session_id", data: ["a", "b"] },
      { name: "item_id", data: ["x", "y"] },
      { name: "time", data: times },
    ];
    const schema = [
      { name: "root", num_children: 3 },
      {
        name: "session_id",
        type: "BYTE_ARRAY" as const,
        converted_type: "UTF8" as const,
        repetition_type: "REQUIRED" as const,
      },
      {
        name: "item_id",
        type: "BYTE_ARRAY" as const,
        converted_type: "UTF8" as const,
        repetition_type: "REQUIRED" as const,
      },
      {
        name: "time",
        type: "FIXED_LEN_BYTE_ARRAY" as const,
        type_length: 12,
        repetition_type: "REQUIRED" as const,
      },
    ];
    const file = new Uint8Array(parquetWriteBuffer({ columnData, schema, statistics: false }));
    // The writer has no such type: field 1 of its footer, 7 (14 in zigzag), becomes 3.
    const end = file.length - 8;
    for (let at = end - new DataView(file.buffer).getUint32(end, true); at < end; ++at) {
      if (file[at] === 0x15 && file[at + 1] === 14) file[at + 1] = 6;
    }
    expect([...(await readEvents(file)).time]).toEqual([3, 1704067200 + 3600]);
  });

  test("says of a column of lists that it is one", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "gru4rec-parquet-")), "log.parquet");
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const database = await (await DuckDBInstance.create(":memory:")).connect();
    try {
      await database.run(`COPY (SELECT 1 AS session, [1, 2] AS items, 5 AS time) TO '${path}'`);
      const read = readEvents(new Uint8Array(readFileSync(path)), { itemColumn: "items" });
      await expect(read).rejects.toThrow(
        'a column of item ids, one value a row, got lists or structures in "items". Give what',
      );
    } finally {
      database.closeSync();
      rmSync(dirname(path), { recursive: true });
    }
  });

  test("with bytes that are no text is refused with its row", async () => {
    const columnData = [
      { name: "session_id", data: ["a", "a"], type: "STRING" as const },
      {
        name: "item_id",
        data: [Uint8Array.of(65), Uint8Array.of(0xc3)],
        type: "BYTE_ARRAY" as const,
      },
      { name: "timestamp", data: [1, 2], type: "DOUBLE" as const },
    ];
    const file = new Uint8Array(parquetWriteBuffer({ columnData }));
    await expect(readEvents(file)).rejects.toThrow(/line 2: expected text in UTF-8/);
  });

  test("with a large number anywhere is refused or read, within 50 ms", async () => {
    for (const file of DUCKDB_TABLES) {
      for (let at = 4; at < file.length - 5; at += 3) {
        const lying = file.slice();
        lying.set(BIG, at);
        // The fastest of three: the garbage collector runs, too.
        let elapsed = Number.POSITIVE_INFINITY;
        for (let tries = 3; tries > 0 && elapsed > 50; --tries) {
          const begun = ownTime();
          await readEvents(lying).catch((error) => expect(error).toBeInstanceOf(FormatError));
          elapsed = Math.min(elapsed, ownTime() - begun);
        }
        if (elapsed > 50) expect({ at, elapsed }).toBeUndefined();
      }
    }
  }, 60_000);
});

describe("values that claim too much are refused", () => {
  test("a run longer than its page", () => {
    const runs = { begin: 0, width: 1, count: 10 };
    expect(() => checkRuns(Uint8Array.of(...BIG, 1), runs)).toThrow(/a run too long/);
    expect(checkRuns(Uint8Array.of(20, 1), runs)).toBe(true);
    expect(checkRuns(Uint8Array.of(20, 0), runs)).toBe(false);
    expect(checkRuns(Uint8Array.of(10, 1, 10, 1), runs)).toBe(false);
  });

  test("blocks of no numbers, or wider than any number", () => {
    const delta = (...bytes: number[]) => checkDelta(Uint8Array.of(...bytes), 0, 100);
    expect(delta(128, 1, 4, 100, 0, 0, 0, 0, 0, 0)).toBe(10);
    expect(() => delta(128, 1, 0, 100, 0, 0)).toThrow(/blocks of a false size/);
    expect(() => delta(...BIG, 4, 100, 0, 0)).toThrow(/blocks of a false size/);
    expect(() => delta(128, 1, 4, 100, 0, 0, 65, 0, 0, 0)).toThrow(/numbers too wide/);
    expect(() => delta(128, 1, 4, 100, ...Array(11).fill(255))).toThrow(/a number too long/);
  });

  test("texts that share more than memory holds", () => {
    // 1,000 lengths of 2^20 each: a first one and differences of 0.
    const same = [128, 128, 64, 4, 232, 7, 128, 128, 128, 1, 0, 0, 0, 0, 0];
    const none = [128, 128, 64, 4, 232, 7, 0, 0, 0, 0, 0, 0];
    expect(() => checkShared(Uint8Array.of(...same, ...none), 0, 1000)).toThrow(/texts too long/);
    expect(() => checkShared(Uint8Array.of(...none, ...none), 0, 1000)).not.toThrow();
  });

  test("headers without an end, of numbers without an end, or too deep", () => {
    const thrift =
      (...bytes: number[]) =>
      () =>
        checkThrift(Uint8Array.of(...bytes));
    expect(thrift(0x15, 6, 0)).not.toThrow();
    expect(thrift(0x15, 6)).toThrow(/without an end/);
    expect(thrift(0x16, ...Array(60).fill(0xff), 0, 0)).toThrow(/a number too long/);
    expect(thrift(...Array(100).fill(0x1c))).toThrow(/structures too deep/);
    expect(thrift(0x19, 0xf1, ...BIG, 0)).toThrow(/a list too long/);
    expect(thrift(0x18, ...BIG, 0)).toThrow(/without an end/);
  });
});

import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReadOptions } from "../../src/data/read/options.js";
import { readEvents, readSessions } from "../../src/data/readers.js";
import { ConfigError, FormatError } from "../../src/errors.js";

const TABLE = "SessionId\tItemId\tTime\n2\ta\t1.5\n1\tb\t2\n";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A stream of these chunks, each cut into pieces of `size` bytes. */
function streamOf(data: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let begin = 0;
  return new ReadableStream({
    pull(controller) {
      if (begin >= data.length) return controller.close();
      controller.enqueue(data.slice(begin, begin + size));
      begin += size;
    },
  });
}

async function messageOf(source: Parameters<typeof readEvents>[0], options?: ReadOptions) {
  const error = await readEvents(source, options).then(
    () => expect.unreachable("it was read"),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(FormatError);
  return (error as FormatError).message;
}

describe("sources", () => {
  const gzip = gzipSync(TABLE);

  test.each([
    ["text", () => TABLE],
    ["text with a byte order mark", () => `\ufeff${TABLE}`],
    ["bytes", () => bytes(TABLE)],
    ["bytes with a byte order mark", () => bytes(`\ufeff${TABLE}`)],
    ["gzip bytes", () => new Uint8Array(gzip)],
    ["a Blob", () => new Blob([TABLE])],
    ["a File", () => new File([new Uint8Array(gzip)], "clicks.tsv.gz")],
    ["a Response", () => new Response(TABLE)],
    ["a gzip Response", () => new Response(new Uint8Array(gzip))],
    ["a stream of single bytes", () => streamOf(bytes(`\ufeff${TABLE}`), 1)],
    ["a gzip stream of single bytes", () => streamOf(gzip, 1)],
    ["CRLF lines", () => TABLE.replaceAll("\n", "\r\n")],
    ["CR lines", () => TABLE.replaceAll("\n", "\r")],
    ["a last line without an end", () => TABLE.trimEnd()],
    ["blank lines", () => `\n\n${TABLE.replaceAll("\n", "\n\r\n\n")}`],
    ["quoted fields", () => '"SessionId"\t"ItemId"\t"Time"\r\n"2"\t"a"\t"1.5"\r\n"1"\tb\t"2"\r\n'],
  ])("reads %s", async (_, source) => {
    const { report, ...events } = await readEvents(source());
    expect(events).toEqual({
      sessionId: [2, 1],
      itemId: ["a", "b"],
      time: Float64Array.of(1.5, 2),
    });
    expect(report).toMatchObject({
      format: "delimited",
      encoding: "UTF-8",
      delimiter: "\t",
      header: true,
      columns: {
        session: { name: "SessionId", position: 1, found: "guessed" },
        item: { name: "ItemId", position: 2, found: "guessed" },
        time: { name: "Time", position: 3, found: "guessed" },
      },
      timeUnit: "seconds",
      rows: 2,
      leftOut: [],
      events: 2,
      sessions: 2,
      items: 2,
      longestSession: 1,
      notes: [],
    });
  });

  test("joins gzip members where the engine does, and tells about them elsewhere", async () => {
    const members = new Uint8Array(Buffer.concat([gzip, gzipSync("3\tc\t3\n")]));
    const [outcome] = await Promise.allSettled([readEvents(members)]);
    if (outcome.status === "fulfilled") expect(outcome.value.itemId).toEqual(["a", "b", "c"]);
    else expect(outcome.reason.message).toMatch(/after its end\. Pack files that were joined/);
  });

  test.each([",", ";", "|", "\t"])("guesses the delimiter %j", async (delimiter) => {
    const table = await readEvents(TABLE.replaceAll("\t", delimiter));
    expect(table.report.delimiter).toBe(delimiter);
    expect(table.itemId).toEqual(["a", "b"]);
  });

  test("takes a delimiter that it would not guess", async () => {
    const table = await readEvents(TABLE.replaceAll("\t", "~"), { delimiter: "~" });
    expect(table.itemId).toEqual(["a", "b"]);
  });

  test("reads the same rows however the bytes are cut", async () => {
    const lines = Array.from({ length: 4000 }, (_, i) => `s${i >> 2},"ü ""${i}"" 🦊\n,",${i}`);
    const table = `session_id,item,ts\r\n${lines.join("\r\n")}\r\n`;
    const whole = await readEvents(table);
    expect(whole.report.rows).toBe(4000);
    expect(whole.itemId[3999]).toBe('ü "3999" 🦊\n,');
    for (const size of [997, 65_537]) {
      expect(await readEvents(streamOf(bytes(table), size))).toEqual(whole);
      const { report, ...events } = await readEvents(streamOf(gzipSync(table), size));
      expect({ ...events, report: { ...report, compression: "none" } }).toEqual(whole);
    }
  });

  test("survives a CSV round trip of any ids", async () => {
    // White space around ids is lost, and a row without an id is left out.
    const field = fc
      .oneof(
        fc.string(),
        fc.string({ unit: fc.constantFrom('"', ",", ";", "\t", "\n", "\r\n", " ", "a", "|") }),
        fc.constantFrom("__proto__", "0", "00", "1e3", "9007199254740993"),
      )
      .filter((text) => text !== "" && text.trim() === text);
    const row = fc.tuple(field, field, fc.integer({ min: 0, max: 1e9 }));
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
        const lines = rows.map(([s, i, time]) => `${quoted(s)},${quoted(i)},${time}`);
        const text = ["session,item,time", ...lines].join("\n");
        const table = await readEvents(text, { delimiter: "," });
        expect(table.sessionId.map(String)).toEqual(rows.map(([s]) => s));
        expect(table.itemId).toEqual(rows.map(([, i]) => i));
        expect([...table.time]).toEqual(rows.map(([, , time]) => time));
      }),
    );
  });
});

describe("columns", () => {
  test.each([
    ["sessionId;userId;itemId;timeframe;eventdate", "sessionId itemId eventdate"],
    ["event_time,event_type,product_id,user_id,user_session", "user_session product_id event_time"],
    ["timestamp,visitorid,event,itemid,transactionid", "visitorid itemid timestamp"],
    [
      "user_id,session_id,click_article_id,click_timestamp",
      "session_id click_article_id click_timestamp",
    ],
    [" Session ID , Item ID , TS ", "Session ID Item ID TS"],
  ])("are guessed in %s", async (header, names) => {
    const row = header.replace(/[^,;]+/g, "1");
    const { report } = await readEvents(`${header}\n${row}\n${row}\n`);
    const { session, user, item, time } = report.columns;
    expect([session ?? user, item, time].map((column) => column!.name).join(" ")).toBe(names);
  });

  test("are taken by name before any guess", async () => {
    const text = "session,item,time,a,b,c\n1,2,3,4,5,6\n";
    const named = { sessionColumn: "a", itemColumn: "b", timeColumn: "c" };
    const table = await readEvents(text, named);
    expect(table.report.columns).toMatchObject({
      session: { name: "a", position: 4, found: "named" },
      item: { name: "b", position: 5, found: "named" },
      time: { name: "c", position: 6, found: "named" },
    });
    expect([table.sessionId[0], table.itemId[0], table.time[0]]).toEqual([4, "5", 6]);
  });

  test("that are missing are told with those found and the flag", async () => {
    expect(await messageOf("a,ItemId,Time\n1,2,3\n", { name: "clicks.csv" })).toBe(
      'clicks.csv: expected a column of session ids, got the columns "a", "ItemId", "Time". ' +
        "Name it with `sessionColumn`.",
    );
    expect(await messageOf("sid,a,Time\n1,2,3\n")).toMatch(/item ids.*`itemColumn`\.$/);
    expect(await messageOf("sid,item,x\n1,2,3\n")).toMatch(/times.*`timeColumn`\.$/);
    expect(await messageOf("sid,item,ts\n1,2,3\n", { itemColumn: "sku" })).toMatch(
      /^events: expected a column of item ids named "sku", got the columns "sid", "item", "ts"/,
    );
  });

  test("are not all listed when there are too many", async () => {
    const header = Array.from({ length: 50 }, (_, i) => `c${i}`).join(",");
    expect(await messageOf(`${header}\n${header}\n`)).toMatch(/"c19" and 30 more\. Name it/);
  });
});

describe("ids", () => {
  test("of sessions become numbers only when all are integers in their usual form", async () => {
    const read = async (ids: string[]) =>
      (await readEvents(`s,sid,item,ts\n${ids.map((id) => `,${id},1,1\n`).join("")}`)).sessionId;
    expect(await read(["10", "9", "-1", "0"])).toEqual([10, 9, -1, 0]);
    expect(await read(["10", "09"])).toEqual(["10", "09"]);
    expect(await read(["10", "9007199254740993"])).toEqual(["10", "9007199254740993"]);
    expect(await read(["10", "1.5"])).toEqual(["10", "1.5"]);
    expect(await read(["10", "-0"])).toEqual(["10", "-0"]);
  });

  test("sort sessions by number, not by text", async () => {
    const sessions = await readSessions("sid,item,ts\n10,a,1\n9,b,2\n10,c,0\n");
    expect(sessions.sessionIds).toEqual([9, 10]);
    expect(sessions.items.ids).toEqual(["a", "b", "c"]);
    expect([...sessions.itemIndices]).toEqual([1, 2, 0]);
  });
});

describe("times", () => {
  const read = (times: string[], options?: ReadOptions) =>
    readEvents(`sid\titem\tts\n${times.map((time) => `1\t1\t${time}\n`).join("")}`, options);

  test.each([
    ["seconds", "1396437466.94", 1396437466.94],
    ["milliseconds", "1396437466940", 1396437466.94],
    ["microseconds", "1396437466940000", 1396437466.94],
    ["ISO 8601", "2014-04-02T11:17:46.94Z", 1396437466.94],
  ])("in %s become seconds", async (unit, text, seconds) => {
    const table = await read([text]);
    expect(table.report.timeUnit).toBe(unit);
    expect(table.time[0]).toBeCloseTo(seconds, 6);
  });

  test("follow the unit that the caller names", async () => {
    const table = await read(["5000"], { timeUnit: "milliseconds" });
    expect([table.time[0], table.report.timeUnit]).toEqual([5, "milliseconds"]);
    const broken = { timeUnit: "hours" } as unknown as ReadOptions;
    await expect(read(["1"], broken)).rejects.toThrow(ConfigError);
  });

  test("that are none are refused with their line", async () => {
    await expect(read(["soon"])).rejects.toThrow(
      'events, line 2: expected a number or an ISO 8601 time in column "ts", got "soon"',
    );
    await expect(read(["1", "x", "3"])).rejects.toThrow(/^events, line 3: expected a number in /);
    await expect(read(["1", "2014-04-07"])).rejects.toThrow(/line 3: expected a number in/);
    await expect(read(["2014-04-07", "1"])).rejects.toThrow(/line 3: expected an ISO 8601 time/);
  });
});

describe("broken tables", () => {
  const name = "clicks.tsv";

  test("of too few fields are refused with their line, which counts breaks in quotes", async () => {
    expect(await messageOf("sid,item,ts\n1,a,1\n2,b\n", { name })).toBe(
      "clicks.tsv, line 3: expected 3 fields, got 2",
    );
    expect(await messageOf('sid,item,ts\n\n1,"a\nb\nc",1\n2,b\n', { name })).toMatch(/line 6: /);
    const many = `sid,item,ts\n${'1,"a\n",1\n'.repeat(30_000)}2,b\n`;
    expect(await messageOf(many, { name })).toMatch(/^clicks\.tsv, line 60002: expected 3 fields/);
  });

  test("that are empty or only a header are refused", async () => {
    expect(await messageOf("", { name })).toBe(
      "clicks.tsv: expected a header line, got no text at all",
    );
    expect(await messageOf(new Uint8Array(0), { name: "clicks.tsv.gz" })).toMatch(/header line/);
    expect(await messageOf("sid,item,ts\r\n\r\n", { name })).toBe(
      "clicks.tsv: expected at least one event below the header, got 0",
    );
  });

  test("with a quote that is never closed are refused where it opens", async () => {
    expect(await messageOf('sid,item,ts\n1,a,1\n1,"b,2\n1,c,3\n', { name, quote: '"' })).toBe(
      'clicks.tsv, line 3: expected quoted fields that end with " before the delimiter, ' +
        'got a quote out of place. Write a quote within a field as "", or read with `quote: "none"`.',
    );
    const long = `sid,item,ts\n1,"b,2\n${"1,c,3\n".repeat(2_000_000)}`;
    expect(await messageOf(long, { name, quote: '"' })).toMatch(/^clicks\.tsv, line 2: /);
  });

  test("take quotes within a plain field as they are", async () => {
    expect((await readEvents('sid\titem\tts\n1\t5" pipe\t1\n')).itemId).toEqual(['5" pipe']);
  });

  test("in another encoding are refused with the line", async () => {
    const latin1 = Uint8Array.from([...bytes("sid,item,ts\n1,a,1\n1,caf"), 0xe9, ...bytes(",2\n")]);
    const message =
      "clicks.tsv, line 3: expected UTF-8 text, got byte 24 of the text, 0xe9. " +
      "Save the file as UTF-8 text.";
    expect(await messageOf(latin1, { name })).toBe(message);
    expect(await messageOf(streamOf(latin1, 7), { name })).toBe(message);
    expect(await messageOf(latin1.subarray(0, 24), { name })).toBe(message);
  });

  test("in the middle of a character at a cut are still read", async () => {
    const text = `sid,item,ts\n${"1,äöü🦊,1\n".repeat(50)}`;
    for (let size = 1; size < 20; ++size) {
      const table = await readEvents(streamOf(bytes(text), size));
      expect(new Set(table.itemId)).toEqual(new Set(["äöü🦊"]));
    }
  });
});

describe("broken gzip", () => {
  const gzip = new Uint8Array(gzipSync(`sid,item,ts\n${"1,a,1\n".repeat(1000)}`));

  test.each([3, 10, 25, gzip.length - 9, gzip.length - 1])(
    "cut after %d bytes is refused",
    async (length) => {
      expect(await messageOf(gzip.subarray(0, length), { name: "a.gz" })).toBe(
        "a.gz: expected whole gzip data, got damaged or cut off bytes",
      );
    },
  );

  test("with a wrong byte is refused", async () => {
    const damaged = gzip.slice();
    damaged[damaged.length - 6]! ^= 1; // in the checksum
    expect(await messageOf(damaged, { name: "a.gz" })).toMatch(/damaged or cut off/);
  });

  test("in name only is refused, except in a response, which may be unpacked already", async () => {
    expect(await messageOf(new File([TABLE], "clicks.tsv.gz"))).toBe(
      "clicks.tsv.gz: expected gzip data, as the name says, got other bytes",
    );
    expect((await readEvents(new Response(TABLE), { name: "clicks.tsv.gz" })).report.rows).toBe(2);
  });
});

describe("sources that fail", () => {
  test("pass their own reason on, plain and gzip, without hanging", async () => {
    const reason = new Error("the line went dead");
    for (const data of [bytes(TABLE), new Uint8Array(gzipSync(TABLE)).subarray(0, 20)]) {
      let pulls = 0;
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (pulls++ === 0) controller.enqueue(data);
          else controller.error(reason);
        },
      });
      await expect(readEvents(stream)).rejects.toBe(reason);
    }
  });

  test("are cancelled when the table is refused early", async () => {
    for (const isGzip of [false, true]) {
      const table = bytes(`sid,item,ts\n1,a,x\n${"1,a,1\n".repeat(100_000)}`);
      const data = isGzip ? new Uint8Array(gzipSync(table, { level: 0 })) : table;
      let begin = 0;
      let isCancelled = false;
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(data.slice(begin, begin + 1000));
          begin += 1000;
        },
        cancel() {
          isCancelled = true;
        },
      });
      await expect(readEvents(stream)).rejects.toThrow(/line 2/);
      expect(isCancelled).toBe(true);
      expect(begin).toBeLessThan(data.length);
    }
  });

  test("with another status than OK are refused", async () => {
    const response = new Response("not here", { status: 404 });
    expect(await messageOf(response, { name: "/clicks.csv" })).toBe(
      "/clicks.csv: expected status 200, got 404",
    );
  });

  test("of a wrong kind are refused by name", async () => {
    await expect(readEvents(7 as unknown as string)).rejects.toThrow(ConfigError);
  });
});

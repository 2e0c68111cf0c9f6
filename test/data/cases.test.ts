/** Logs that people have and that were misread once, each with the right reading. */

import { describe, expect, test } from "vitest";
import { readRatings } from "../../src/data/ratings.js";
import type { ReadOptions } from "../../src/data/read/options.js";
import type { Source } from "../../src/data/read/source.js";
import { readEvents, readSessions } from "../../src/data/readers.js";
import { ConfigError, FormatError } from "../../src/errors.js";

/** Sessions as their ids and items. */
async function played(source: Source, options?: ReadOptions): Promise<Record<string, string>> {
  const { sessionIds, items, itemIndices, offsets } = await readSessions(source, options);
  return Object.fromEntries(
    sessionIds.map((id, session) => {
      const rows = itemIndices.subarray(offsets[session], offsets[session + 1]);
      return [id, Array.from(rows, (item) => items.idOf(item)).join(" ")];
    }),
  );
}

async function reportOf(source: Source, options?: ReadOptions) {
  return (await readEvents(source, options)).report;
}

async function refusal(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => expect.unreachable("it was read"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FormatError);
  return (error as Error).message;
}

describe("quotes", () => {
  const HEAD = "session_id\titem_id\ttimestamp\ttitle\n";
  const LITERAL =
    `${HEAD}1\ta\t1\tx\n1\tb\t2\tx\n2\ta\t3\t"Heroes\n2\tb\t4\tx\n` +
    '3\ta\t5\tx\n3\tb\t6\tTV 55"\n';

  test("that are never closed or stand inside a field are characters", async () => {
    expect(await played(LITERAL)).toEqual({ 1: "a b", 2: "a b", 3: "a b" });
    expect((await reportOf(LITERAL)).literalQuotes).toEqual({ rows: 1, firstLine: 4 });
  });

  test("with text behind the closing one are characters", async () => {
    const table = await readEvents('sid,item,ts\n1,"Weird Al" Yankovic,1\n');
    expect(table.itemId).toEqual(['"Weird Al" Yankovic']);
  });

  test("around delimiters and line ends are those of RFC 4180", async () => {
    const table = await readEvents('sid,item,ts,title\n1,"a, ""b""",1,"one\ntwo"\n1,c,2,x\n');
    expect(table.itemId).toEqual(['a, "b"', "c"]);
    expect(table.report.literalQuotes).toBeUndefined();
  });

  test("are decided by hand where that is wanted", async () => {
    const text = 'sid,item,ts\n1,"a",1\n1,"b,2\n';
    expect((await readEvents(text, { quote: "none" })).itemId).toEqual(['"a"', '"b']);
    expect(await refusal(readEvents(text, { quote: '"' }))).toBe(
      'events, line 3: expected quoted fields that end with " before the delimiter, got a quote ' +
        'out of place. Write a quote within a field as "", or read with `quote: "none"`.',
    );
  });
});

describe("missing ids", () => {
  const TABLE = "session_id,item_id,timestamp\n1,a,1\n1,,2\n2,a,3\n2,,4\n,b,5\n,a,6\n,b,7\n";

  test("leave their rows out, counted by reason", async () => {
    expect(await played(TABLE)).toEqual({ 1: "a", 2: "a" });
    const { events, rows, leftOut } = await reportOf(TABLE);
    expect([events, rows]).toEqual([2, 7]);
    expect(leftOut).toEqual([
      { reason: "no item", rows: 2, firstLine: 3 },
      { reason: "no session", rows: 3, firstLine: 6 },
    ]);
  });

  test("are refused with `strict`", async () => {
    expect(await refusal(readEvents(TABLE, { strict: true }))).toMatch(
      /^events, line 3: expected no row without item, got one\. Without `strict`/,
    );
  });

  test("may be words", async () => {
    const text = "sid,item,ts\n1,NULL,1\n1,a,NaN\n\\N,a,3\n1,a,4\n";
    const { leftOut, events } = await reportOf(text, { missing: ["NULL", "NaN", "\\N"] });
    expect(events).toBe(1);
    expect(leftOut.map(({ reason }) => reason)).toEqual(["no item", "no time", "no session"]);
  });
});

describe("dates", () => {
  const HEAD = "session_id;item_id;timeframe;eventdate\n";
  const TABLE = `${HEAD}1;c;300;2016-05-09\n1;a;100;2016-05-09\n1;b;200;2016-05-09\n`;

  test("are ordered within a day by a second column", async () => {
    expect(await played(TABLE)).toEqual({ 1: "a b c" });
    const { columns, notes } = await reportOf(TABLE);
    expect(columns.order).toEqual({ name: "timeframe", position: 3, found: "guessed" });
    expect(notes.join()).toContain('equal times are ordered by "timeframe"');
  });

  test("that nothing orders are pointed out", async () => {
    expect(await played(TABLE, { orderColumn: "none" })).toEqual({ 1: "c a b" });
    const { notes, columns } = await reportOf(TABLE, { orderColumn: "none" });
    expect(columns.order).toBeUndefined();
    expect(notes.join()).toMatch(/"eventdate" are dates only.*Name another `timeColumn`/);
  });

  test("are not ordered by a column that was guessed and holds none", async () => {
    const text = TABLE.replace("100", "soon");
    expect(await played(text)).toEqual({ 1: "c a b" });
    expect((await reportOf(text)).notes.join()).toContain("line 3 has no number there");
    expect(await refusal(readEvents(text, { orderColumn: "timeframe" }))).toMatch(
      /^events, line 3/,
    );
  });
});

describe("a table without a header", () => {
  const TABLE =
    "1,2014-04-07T10:51:09.277Z,214536502,0\n1,2014-04-07T10:54:09.868Z,214536500,0\n" +
    "2,2014-04-07T13:56:37.614Z,214662742,0\n";

  test("is refused with the options that read this file", async () => {
    expect(await refusal(readEvents(TABLE))).toMatch(
      /^events, line 1: expected a header.*`header: false`, `sessionColumn: 1`, `itemColumn: 3`, `timeColumn: 2`\.$/,
    );
  });

  test("is read with them, the first row too", async () => {
    const options = { header: false, sessionColumn: 1, itemColumn: 3, timeColumn: 2 };
    expect(await played(TABLE, options)).toEqual({ 1: "214536502 214536500", 2: "214662742" });
  });
});

describe("users and kinds of events", () => {
  const TABLE =
    "timestamp,visitorid,event,itemid,transactionid\n" +
    "1433221377851,1,view,17,\n1433221407851,1,addtocart,20,\n1433221437851,1,view,18,\n" +
    "1433653497851,1,view,6,\n1433653527851,2,view,7,\n";

  test("become sessions by a gap, which is said", async () => {
    expect(await played(TABLE)).toEqual({ 1: "17 20 18", 2: "6", 3: "7" });
    const { columns, gap, kinds, notes } = await reportOf(TABLE);
    expect(columns.session).toBeUndefined();
    expect(columns.user?.name).toBe("visitorid");
    expect(gap).toBe(1800);
    expect(kinds).toEqual({ view: 4, addtocart: 1 });
    expect(notes[0]).toMatch(/"visitorid"\) are cut after 30 minutes.*`gap`.*`sessionColumn`/);
    expect(notes[1]).toMatch(/All kinds of events in "event" are taken.*`events`/);
  });

  test("need an item only where they are chosen: views of pages keep a session going", async () => {
    const table =
      "user,item,time,action\n1,a,0,view\n1,,30,\n1,,30,page\n1,b,60,view\n1,,61,view\n";
    expect(await played(table, { events: ["view"], gap: 40 })).toEqual({ 1: "a b" });
    const { leftOut, kinds } = await reportOf(table, { events: ["view"], gap: 40 });
    expect(leftOut.map(({ reason, rows }) => `${rows} ${reason}`)).toEqual([
      "1 no item",
      "2 other kinds of events",
    ]);
    expect(kinds).toEqual({ view: 2, page: 1 });
    const none = "user,item,time,action\n1,a,0,page\n1,,1,view\n";
    await expect(reportOf(none, { events: ["view"] })).rejects.toThrow(/got 1 left out: no item/);
  });

  test("are chosen; gaps are those of all events", async () => {
    expect(await played(TABLE, { events: ["view"] })).toEqual({ 1: "17 18", 2: "6", 3: "7" });
    expect(await played(TABLE, { events: ["view"], gap: 40 })).toEqual({
      1: "17 18",
      2: "6",
      3: "7",
    });
    expect(await played(TABLE, { gap: "none" })).toEqual({ 1: "17 20 18 6", 2: "7" });
    await expect(readEvents(TABLE, { events: ["viw"] })).rejects.toThrow(
      'events: expected kinds that occur: "view", "addtocart", got "viw"',
    );
  });
});

test("a line sep=; is read as spreadsheets write it", async () => {
  const text = "\ufeffsep=;\r\nsession_id;item_id;timestamp\r\n1;a;1\r\n1;b;2\r\n";
  expect(await played(text)).toEqual({ 1: "a b" });
});

describe("JSON", () => {
  const lines = [
    '{"session_id":1,"item_id":100,"timestamp":1700000000}',
    '{"session_id":1,"item_id":"x","timestamp":"1700000060"}',
    '{"timestamp":1700000061,"session_id":2,"item_id":12345678901234567890}',
    '{"session_id":2,"item_id":null,"timestamp":1700000240}',
  ];
  const expected = { 1: "100 x", 2: "12345678901234567890" };

  test.each([
    ["lines", lines.join("\n")],
    ["an array", `[${lines.join(",\n")}]`],
    ["an indented array", `[\n  ${lines.join(",\n  ").replaceAll(",", ",\n ")}\n]\n`],
  ])("is read from %s", async (_, text) => {
    expect(await played(text)).toEqual(expected);
    const { format, leftOut } = await reportOf(text);
    expect(format).toBe("JSON");
    expect(leftOut).toMatchObject([{ reason: "no item", rows: 1 }]);
  });

  test("that is broken is refused with its line", async () => {
    expect(await refusal(readEvents(`${lines[0]}\n{"session_id":1,}\n`))).toMatch(
      /^events, line 2: expected a JSON object, got /,
    );
    expect(await refusal(readEvents(`${lines[0]}\n${lines[1]!.slice(0, 20)}`))).toMatch(
      /^events, line 2: expected a whole JSON object/,
    );
  });
});

describe("files of other kinds are named, with what to do", () => {
  const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

  test.each([
    ["an xz file", latin1("\u00fd7zXZ\0\0\0")],
    ["a bzip2 file", latin1("BZh91AY&SY\u0001\u0002")],
    ["a picture", latin1("\u0089PNG\r\n\u001a\n\0\0")],
    ["an HTML page", latin1("<!DOCTYPE html><html>")],
    ["SQL", latin1("CREATE TABLE clicks (a int);")],
    ["a spreadsheet (xlsx)", latin1("PK\u0003\u0004\u0014\0\0\0[Content_Types].xml")],
    ["a model file", latin1('\u0010\0\0\0\0\0\0\0{"__metadata__":{}}')],
  ])("%s", async (kind, bytes) => {
    const message = await refusal(readEvents(bytes));
    expect(message).toMatch(/^events: expected a table: delimited text, JSON or Parquet, got /);
    expect(message).toContain(`got ${kind}. `);
  });
});

describe("ratings", () => {
  test("have times in any unit", async () => {
    const text = "userId,itemId,rating,timestamp\nU1,B000,2.0,1588687825923\n";
    expect((await readRatings(text)).time[0]).toBeCloseTo(1588687825.923, 3);
  });

  test("have columns of other names, found or named", async () => {
    const text = "user_id,parent_asin,rating,timestamp\nU1,B000,2.0,1588687825923\n";
    expect((await readRatings(text)).items).toEqual(["B000"]);
    const other = text.replace("parent_asin", "thing");
    expect(await refusal(readRatings(other))).toMatch(/Name it with `itemColumn`\.$/);
    expect((await readRatings(other, { itemColumn: "thing" })).items).toEqual(["B000"]);
  });
});

describe("times of two units", () => {
  test("in one column are refused with a line of each", async () => {
    const text = "sid,item,ts\n1,a,1700000000\n1,b,1700000001\n1,c,1700000002000\n";
    expect(await refusal(readEvents(text))).toBe(
      "events, line 4: expected times of one unit, seconds as in line 2, got milliseconds. " +
        "Mend the file, or tell the unit of all times with `timeUnit`.",
    );
    const { time } = await readEvents(text, { timeUnit: "seconds" });
    expect(time[2]).toBe(1700000002000);
  });
});

describe("rows that cannot be read", () => {
  const TABLE = "sid,item,ts\n1,a,1\n1,b,later\n1,c\n1,d,4,x\n1,e,5\n";

  test("are counted with `skipBadRows`", async () => {
    const { events, rows, leftOut } = await reportOf(TABLE, { skipBadRows: true });
    expect([events, rows]).toEqual([2, 5]);
    expect(leftOut).toEqual([{ reason: "not readable", rows: 3, firstLine: 3 }]);
  });
});

describe("spreadsheets and other exports", () => {
  test("have empty rows, delimiters at line ends, padded ids and decimal commas", async () => {
    const text = "session ;item;ts;;\n 1 ; a ;1,5;;\n;;;;\n1;b  ;2,5;;\n\n";
    const { itemId, time } = await readEvents(text);
    expect(itemId).toEqual(["a", "b"]);
    expect([...time]).toEqual([1.5, 2.5]);
  });

  test("have types in the header, and comments", async () => {
    const text =
      "# made today\nsession_id:token\titem_id:token\ttimestamp:float\n1\ta\t1\n#\n1\tb\t2\n";
    expect(await played(text, { comment: "#" })).toEqual({ 1: "a b" });
  });

  test("have two columns of one name, which is refused", async () => {
    expect(await refusal(readEvents("sid,item,item,ts\n1,a,b,1\n"))).toMatch(
      /one column of item ids, got two named "item"\. Give the position/,
    );
    const { itemId } = await readEvents("sid,item,item,ts\n1,a,b,1\n", { itemColumn: 3 });
    expect(itemId).toEqual(["b"]);
  });

  test("are in UTF-16, with a mark and without", async () => {
    const text = "sid\titem\tts\n1\tä\t1\n1\tb\t2\n";
    const little = new Uint8Array(Buffer.from(text, "utf16le"));
    const big = Uint8Array.from(little, (_, i) => little[i ^ 1]!);
    for (const bytes of [little, Uint8Array.of(0xff, 0xfe, ...little), big]) {
      expect(await played(bytes)).toEqual({ 1: "ä b" });
    }
    expect((await reportOf(big)).encoding).toBe("UTF-16BE");
  });
});

describe("several sources", () => {
  const [one, two] = ["sid,item,ts\n1,a,1\n", "sid,item,ts\n1,b,2\n2,a,3\n"];

  test("are read as one", async () => {
    const sessions = await readSessions([new File([one], "one.csv"), new File([two], "two.csv")]);
    expect(sessions.sessionIds).toEqual([1, 2]);
    expect(sessions.report).toMatchObject({ names: ["one.csv", "two.csv"], events: 3, items: 2 });
  });

  test("must be alike", async () => {
    expect(await refusal(readSessions([one, two.replace("item", "product")]))).toMatch(
      /a table like events \(columns "sid", "item", "ts"\), got another \(columns "sid", "product"/,
    );
  });
});

describe("files of sequences", () => {
  test("are read as users with items in their order", async () => {
    const sequences = await played("7 a b a\n8 c\n", { format: "sequences" });
    expect(sequences).toEqual({ 7: "a b a", 8: "c" });
    expect(await played("7 a\n7 b\n8 c\n7 a\n", { format: "pairs" })).toEqual(sequences);
    expect(await refusal(readSessions("7 a b\n", { format: "pairs" }))).toBe(
      "events, line 1: expected a user and an item, got 3 words",
    );
  });

  test.each([
    [{ gap: 60 }, 'gap: expected nothing beside `format: "sequences"`, got 60.'],
    [{ itemColumn: 2 }, 'itemColumn: expected nothing beside `format: "sequences"`, got 2.'],
    [{ events: ["view"] }, 'events: expected nothing beside `format: "sequences"`, got'],
    [{ strict: true }, 'strict: expected nothing beside `format: "sequences"`, got true.'],
  ])("refuse what only tables have: %j", async (options, message) => {
    const reading = readSessions("7 a b\n", { format: "sequences", ...options });
    await expect(reading).rejects.toThrow(ConfigError);
    await expect(reading).rejects.toThrow(message);
  });
});

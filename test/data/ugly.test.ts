/** Logs as programs write them that nobody asked how: read right, or refused with what to do. */

import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { readSessions } from "../../src/data/readers.js";
import { FormatError } from "../../src/errors.js";

const H = "session,item,time\n";
const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
const swapped = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "utf16le").swap16());

async function shown(source: string | Uint8Array): Promise<string> {
  const { sessionIds, offsets, itemIndices, items, times } = await readSessions(source);
  const events = (s: number): string[] => {
    const rows = [...itemIndices.keys()].slice(offsets[s], offsets[s + 1]);
    return rows.map((row) => `${items.idOf(itemIndices[row]!)}@${times[row]}`);
  };
  return sessionIds.map((id, s) => `${id}: ${events(s).join(" ")}`).join(" | ");
}

describe("is read", () => {
  test.each<[string, string | Uint8Array, string]>([
    [
      "semicolons, decimal commas and a mark",
      encoded("\ufeffsession;item;time\n1;a;1700000000,5\n1;b;1700000001,25\n"),
      "1: a@1700000000.5 b@1700000001.25",
    ],
    ["bars", "session|item|time\n1|a|10\n1|b|11\n", "1: a@10 b@11"],
    ["bars within quotes", 'session|item|time\n1|"a|b"|10\n', "1: a|b@10"],
    [
      "tabs with quotes inside",
      'session\titem\ttime\n1\tTV 55"\t10\n1\t"Big" one\t11\n2\t"a ""b"""\t12\n',
      '1: TV 55"@10 "Big" one@11 | 2: a "b"@12',
    ],
    [
      "\\r\\n and delimiters at the end",
      `session,item,time\r\n1,a,10,\r\n1,b,11,\r\n`,
      "1: a@10 b@11",
    ],
    [
      "times of mixed zones",
      `${H}1,a,2024-01-01T10:00:00+02:00\n1,b,2024-01-01T08:30:00Z\n1,c,2024-01-01T03:45:00-05:00\n`,
      "1: a@1704096000 b@1704097800 c@1704098700",
    ],
    [
      "objects with others within",
      '{"session":1,"item":"a","time":1,"ctx":{"a":[1,{"b":"}"}]}}\n\r\n{"session":1,"item":"b","time":2}\n',
      "1: a@1 b@2",
    ],
    [
      "microseconds",
      `${H}1,a,1700000000000000\n1,b,1700000001500000\n`,
      "1: a@1700000000 b@1700000001.5",
    ],
    ["exponents", `${H}1,a,1.7e9\n1,b,1.700000001E+09\n`, "1: a@1700000000 b@1700000001"],
    ["leading zeros", `${H}007,0012,10\n7,12,11\n`, "007: 0012@10 | 7: 12@11"],
    [
      "UTF-16, the high byte first, without a mark",
      swapped("session\titem\ttime\n1\ta\t10\n1\tb\t11\n"),
      "1: a@10 b@11",
    ],
    [
      "a mark within the text, which is its own",
      `${H}1,\ufeffa,10\n1,a,11\n`,
      "1: \ufeffa@10 a@11",
    ],
    ["zeros within ids, which are theirs", `${H}1,a\0,10\n1,a,11\n`, "1: a\0@10 a@11"],
    ["a line that names the delimiter", "sep=,\r\nsession,item,time\r\n1,a,10\r\n", "1: a@10"],
    [
      "what Hive writes",
      "session\u0001item\u0001time\n1\u0001a\u000110\n1\u0001b\u000111\n",
      "1: a@10 b@11",
    ],
    ["\\r alone", "session,item,time\r1,a,10\r1,b,11\r", "1: a@10 b@11"],
    ["mixed line ends", "session,item,time\r\n1,a,10\n1,b,11\r\n", "1: a@10 b@11"],
    ["fields over lines", `${H}1,"a\nb",10\n1,"c\r\nd",11`, "1: a\nb@10 c\r\nd@11"],
    [
      "a zip with what macOS puts into it",
      zipSync({
        ".DS_Store": encoded("junk"),
        "logs/clicks.csv": encoded(`${H}1,a,10\n`),
        "__MACOSX/logs/._clicks.csv": encoded("junk"),
      }),
      "1: a@10",
    ],
    ["a row that is long", `${H}1,${"x".repeat(900_000)},11\n`, `1: ${"x".repeat(900_000)}@11`],
  ])("%s", async (_, source, wanted) => {
    expect(await shown(source)).toBe(wanted);
  });
});

describe("is refused", () => {
  const TIMES = "Write times as 2024-12-31T10:15:00Z or in Unix time.";

  test.each<[string, string, string]>([
    ["European dates", `${H}1,a,31.12.2024\n`, TIMES],
    ["American dates", `${H}1,a,12/31/2024\n`, TIMES],
    ["AM and PM", `${H}1,a,2024-12-31 01:05:00 PM\n`, TIMES],
    ["names of zones", `${H}1,a,2024-01-01 10:00:00 CET\n`, TIMES],
    [
      "dates without separators",
      `${H}1,a,20241231101500\n1,b,20241231101600\n`,
      "Unix times, got dates",
    ],
    [
      "a column of dates and one of times of day",
      "session,item,date,time\n1,a,2024-12-31,10:00:00\n",
      "A time of day needs its date: join the two columns into one",
    ],
    [
      "lists in a list",
      '[[1,"a",10],[1,"b",11]]',
      "line 1: expected JSON objects, one a row, got a list",
    ],
    ["a value within a value", '{"session":1,"item":{"id":"a"},"time":1}', "a column of its own"],
    ["a comment above the header", `# exported\n${H}1,a,10\n`, 'with `comment: "#"`'],
    [
      "a title above the header",
      `Clicks of 2024\n${H}1,a,10\n`,
      'with `comment: "Clicks of 2024"`',
    ],
    [
      "two lines of header",
      `${H}text,text,number\n1,a,10\n`,
      "line 2: expected a number or an ISO 8601",
    ],
    ["a line below the rows", `${H}1,a,10\n(2 rows)\n`, "line 3: expected 3 fields, got 1"],
    ["one column", "session\n1\n2\n", "expected a column of item ids"],
    ["columns as objects", '{"session":[1,1],"item":["a","b"],"time":[1,2]}', "one value a column"],
    ["a header that comes again", `${H}1,a,10\n${H}`, 'line 3: expected a number in column "time"'],
  ])("%s", async (_, source, message) => {
    const reading = readSessions(source);
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(message);
  });
});

describe("is noted", () => {
  test.each([
    [
      "some times without a zone",
      `${H}1,a,2024-01-01T10:00:00Z\n1,b,2024-01-01T10:00:01\n`,
      "Some of the times name no zone",
    ],
    [
      "numbers that look like dates",
      `${H}1,a,20241231\n1,b,20250101\n`,
      "look like dates without separators",
    ],
    ["dates alone", `${H}1,a,2024-12-31\n1,b,2025-01-01\n`, "are dates only"],
  ])("%s", async (_, source, note) => {
    const { report } = await readSessions(source);
    expect(report!.notes.join(" ")).toContain(note);
  });
});

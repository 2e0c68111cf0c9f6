import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readRatings } from "../../src/data/ratings.js";
import { readTitles } from "../../src/data/titles.js";
import { FormatError } from "../../src/errors.js";

const READ = {
  users: ["1", "2"],
  items: ["1193", "661"],
  user: Int32Array.of(0, 0, 1),
  item: Int32Array.of(0, 1, 0),
  rating: Float32Array.of(5, 3.5, 1),
  time: Float64Array.of(978300760, 978302109, 978298413),
  length: 3,
  leftOut: [],
};

/** The same three ratings in a form. */
function written(delimiter: string, header = "", end = "\n"): string {
  const rows = [
    ["1", "1193", "5", "978300760"],
    ["1", "661", "3.5", "978302109"],
    ["2", "1193", "1", "978298413"],
  ];
  return header + rows.map((row) => row.join(delimiter)).join(end) + end;
}

describe("readRatings", () => {
  test.each([
    ["ratings.dat", written("::")],
    ["ratings.dat with \\r\\n", written("::", "", "\r\n")],
    ["u.data", written("\t")],
    ["ratings.csv", written(",", "userId,movieId,rating,timestamp\n")],
    ["a table of other names", written("\t", "UserId\tItemId\tRating\tTime\n")],
    ["quoted fields", written(",", '"userId","movieId","rating","timestamp"\n')],
    ["blank lines and no end", `\n${written("::")}\n1::661::3.5::978302109`],
  ])("reads %s", async (name, text) => {
    const ratings = await readRatings(text);
    if (name.startsWith("blank")) expect(ratings.length).toBe(4);
    else expect(ratings).toEqual(READ);
  });

  test("reads columns by their names, wherever they stand", async () => {
    const text = "timestamp,rating,note,movieId,userId\n978300760,5,x,1193,1\n";
    const { users, items, rating, time } = await readRatings(text);
    expect([users, items, [...rating], [...time]]).toEqual([["1"], ["1193"], [5], [978300760]]);
  });

  test("reads quoted fields that hold the delimiter", async () => {
    const ratings = await readRatings('userId,tag,movieId,rating,time\n1,"a,3",77,5,6\n');
    expect([ratings.items, [...ratings.time]]).toEqual([["77"], [6]]);
  });

  test("reads gzip", async () => {
    expect(await readRatings(new Uint8Array(gzipSync(written("::"))))).toEqual(READ);
  });

  test.each([
    ["", "events: expected ratings, got no text at all"],
    ["userId,movieId,rating,timestamp\n", "events: expected at least one rating, got 0"],
    ["hello\n", 'events, line 1: expected four fields, got "hello"'],
    ["1::2::3\n", 'events, line 1: expected four fields, got "1 2 3"'],
    ["1::2::5::9\n1::2::5\n", "events, line 2: expected 4 fields, got 3"],
    [
      "1::2::5::9\n1::2::good::9\n",
      'events, line 2: expected a number in column "rating", got "good"',
    ],
    [
      "1::2::5::9\n\n1::2::5::noon\n",
      'events, line 3: expected a number in column "time", got "noon"',
    ],
    ["1\t2\t5\t9\n1::2::5::9\n", "events, line 2: expected 4 fields, got 1"],
    ["1::2::5::9\n1::2::5::9::9\n", "events, line 2: expected 4 fields, got 5"],
    ["\n\nuserId,movieId\n", "events, line 1: expected four fields"],
    ["userId,movieId,rating,when\n", "events: expected a column of times, got the columns"],
    ["x".repeat(2 ** 20 + 2), "events, line 1: expected rows of at most 1048576 characters"],
  ])("refuses %#", async (text, message) => {
    const failure = await readRatings(text).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FormatError);
    expect((failure as Error).message).toContain(message);
  });
});

describe("readTitles", () => {
  test("reads movies.dat, Latin-1 as it is", async () => {
    const text = "73::Misérables, Les (1995)::Drama|Musical\n74::Bed of Roses (1996)::\n";
    const titles = await readTitles(new Uint8Array(Buffer.from(text, "latin1")));
    expect(titles).toEqual([
      { id: "73", title: "Misérables, Les (1995)", genres: ["Drama", "Musical"] },
      { id: "74", title: "Bed of Roses (1996)", genres: [] },
    ]);
  });

  test("takes text as Latin-1 from the first bytes on that are not UTF-8, however it is cut", async () => {
    const rows = Array.from({ length: 9000 }, (_, i) => `${i}::Title ${i} (1995)::Drama\n`).join(
      "",
    );
    const latin1 = new Uint8Array(Buffer.from(`${rows}9000::Caf\u00e9 \u00c3::Drama\n`, "latin1"));
    const titles = await readTitles(latin1);
    expect(titles.length).toBe(9001);
    expect(titles[9000]!.title).toBe("Caf\u00e9 \u00c3");
    for (const end of ["\u00e9", "\u00f0", "\u00f0\u0090"]) {
      const cut = new Uint8Array(Buffer.from(`1::${end}`, "latin1"));
      expect((await readTitles(cut))[0]!.title).toBe(
        new TextDecoder("windows-1252").decode(cut.subarray(3)),
      );
      const bytes = [...cut, ...Buffer.from("x::Drama\n")];
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      });
      expect((await readTitles(stream))[0]!.title).toBe(
        (await readTitles(Uint8Array.from(bytes)))[0]!.title,
      );
    }
  });

  test("reads u.item with its genre columns", async () => {
    const flags = "0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0";
    const titles = await readTitles(`1|Toy Story (1995)|01-Jan-1995||http://x|${flags}\n`);
    const genres = ["Animation", "Children's", "Comedy"];
    expect(titles).toEqual([{ id: "1", title: "Toy Story (1995)", genres }]);
  });

  test("reads movies.csv, quotes and missing genres too", async () => {
    const text =
      'movieId,title,genres\n11,"President, The (1995)",Comedy|Drama\n12,X,(no genres listed)\n';
    expect(await readTitles(text)).toEqual([
      { id: "11", title: "President, The (1995)", genres: ["Comedy", "Drama"] },
      { id: "12", title: "X", genres: [] },
    ]);
  });

  test("reads a table without genres", async () => {
    expect(await readTitles("ItemId\tTitle\n1\tToy Story (1995)\n")).toEqual([
      { id: "1", title: "Toy Story (1995)", genres: [] },
    ]);
  });

  test.each([
    ["", "events: expected at least one title, got 0"],
    ["a,b\n1,2\n", 'got the columns "a", "b"'],
    ["movieId,title\n", "expected at least one title, got 0"],
    ["1::X::Drama\n2\n", "events, line 2: expected 2 to 3 fields, got 1"],
    ["movieId,title\n1\n", "events, line 2: expected 2 fields, got 1"],
  ])("refuses %#", async (text, message) => {
    const failure = await readTitles(text).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FormatError);
    expect((failure as Error).message).toContain(message);
  });
});

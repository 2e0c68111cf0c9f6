/** Tables that cost much or mean little: quotes, NUL, rows without an end, lone carriage returns. */

import { describe, expect, test } from "vitest";
import type { Source } from "../../src/data/read/source.js";
import { readSessions } from "../../src/data/readers.js";
import { ConfigError, FormatError } from "../../src/errors.js";

const HEAD = "SessionId,ItemId,Time\n";
const many = (text: string): string => text.repeat(9_000_000 / text.length);

/** A table that comes in small pieces, each an event of its own. */
function stream(text: string, piece = 1000): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(at, at + piece));
      at += piece;
    },
  });
}

describe("a table is refused, quickly and in few words, that has", () => {
  test.each<[string, () => Source, string]>([
    ["a quote that stays open", () => `${HEAD}"${many("x")}`, "line 2: expected rows of at most"],
    ["nothing but quotes", () => HEAD + many('"'), "line 2: expected rows of at most"],
    [
      "nothing but quotes, piece by piece",
      () => stream(HEAD + many('"')),
      "line 2: expected rows of at most",
    ],
    [
      "an open quote over many lines",
      () => `${HEAD}1,"${many("2\n")}`,
      "line 2: expected 3 fields",
    ],
    ["a row without an end", () => HEAD + many("x"), "line 2: expected rows of at most 1048576"],
    ["a row of commas", () => HEAD + many(","), "line 2: expected rows of at most"],
    ["a header without an end", () => many("a,"), "line 1: expected rows of at most"],
    ["nothing but NUL", () => "\0".repeat(100_000), "expected a column of session ids"],
    [
      "nothing but carriage returns",
      () => HEAD + "\r".repeat(100_000),
      "expected at least one event",
    ],
    ["nothing but line ends", () => "\n".repeat(100_000), "got no text at all"],
    ["a lone carriage return", () => `${HEAD}1,2,3\r1,3,4\n`, "line 2: expected 3 fields, got 5"],
    ["a time of a million digits", () => `${HEAD}1,2,${"9".repeat(1e6)}\n`, 'got "999'],
    ["a time beyond the numbers", () => `${HEAD}1,2,1e999\n`, 'got "1e999"'],
  ])("%s", async (_, source, message) => {
    const table = source();
    const begun = performance.now();
    const error = await readSessions(table).then(
      () => new Error("it was accepted"),
      (error) => error,
    );
    const elapsedMs = performance.now() - begun;
    expect(error.message).toContain(message);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message.length).toBeLessThan(800);
    expect(elapsedMs).toBeLessThan(10_000); // where each piece were parsed anew it took half a minute
  });
});

describe("a delimiter", () => {
  test.each(["", '"', "\n", "\r", "\ufeff", ',"'])("may not be %j", async (delimiter) => {
    const reading = readSessions(`${HEAD}1,2,3\n`, { delimiter });
    await expect(reading).rejects.toThrow(ConfigError);
    await expect(reading).rejects.toThrow("delimiter: expected characters without quotes");
  });
});

test("NUL, quotes and carriage returns within ids are theirs", async () => {
  const rows = ['a\0,"b ""c""",1', '"d\r\n\re",\0,2', "__proto__,constructor,3"];
  const { items, sessionIds } = await readSessions(`${HEAD}${rows.join("\n")}\n`);
  expect(items.ids).toEqual(['b "c"', "\0", "constructor"]);
  expect(sessionIds).toEqual(["__proto__", "a\0", "d\r\n\re"]);
});

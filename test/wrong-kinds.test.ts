/**
 * Every public function, called with a value of a wrong kind in each of its places: what it cannot take it
 * refuses with an error of this library that says where, what was expected and what was found.
 */

import { expect, test } from "vitest";
import { ConfigError, FormatError } from "../src/index.js";
import { CALLS, JUNK } from "./wrong-kinds/calls.js";
import { placeOf, places } from "./wrong-kinds/recorder.js";

/** What readers make sessions by: columns that were checked as they were read. */
const INTERNAL = /^Sessions\.steps\(/;

test("No place of a public function is forgotten", async () => {
  const called = new Set<string | undefined>();
  for (const [name, call] of CALLS) {
    const place = await placeOf(JUNK["a symbol"], () => call(JUNK["a symbol"]));
    expect(place, name).toBeDefined();
    called.add(place);
  }
  const forgotten = places.filter((place) => !called.has(place) && !INTERNAL.test(place));
  expect(forgotten).toEqual([]);
});

/** `where: expected what, got value`, and a sentence of advice or none; nothing of an engine's own words. */
const GRAMMAR = /^[^\n]{1,300}: expected [^\n]+, got [^\n]+$/;
const RAW =
  /is not (a function|iterable|an object|defined)|Cannot |undefined \(reading|\[object|The ".*" argument/;

const PLACES = CALLS.map(([name, call, takes]) => ({ name, call, takes }));

test.each(PLACES)("$name", async ({ call, takes }) => {
  const wrong: string[] = [];
  for (const [kind, value] of Object.entries(JUNK)) {
    const error: unknown = await Promise.resolve(value)
      .then(call)
      .then(() => undefined)
      .catch((error) => error);
    const said = saidOf(error, takes.includes(kind));
    if (said !== undefined) wrong.push(`${kind}: ${said}`);
  }
  expect(wrong.join("\n")).toBe("");
});

/** What is wrong with how a kind of value was taken or refused. */
function saidOf(error: unknown, isTaken: boolean): string | undefined {
  if (isTaken) return error === undefined ? undefined : `refused: ${error}`;
  if (error === undefined) return "taken";
  // Ids and times of a wrong kind are a TypeError, in the same words.
  const isOwn = [ConfigError, FormatError, TypeError].some((own) => error instanceof own);
  const { message } = error as Error;
  return isOwn && GRAMMAR.test(message) && !RAW.test(message) ? undefined : String(error);
}

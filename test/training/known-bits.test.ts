/**
 * Trainings give the bits that they gave before: what is moved, shared or made faster changes none.
 * A change that is meant to change some says so, and its new values are written with
 * `KNOWN_BITS=write npx vitest run test/training/known-bits.test.ts`.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ANSWERS, GRU4REC, TOWERS } from "./known-bits/trainings.js";

const FILE = new URL("./known-bits/known-bits.json", import.meta.url);
const ALL = { gru4rec: GRU4REC, towers: TOWERS, answers: ANSWERS };

if (process.env.KNOWN_BITS === "write") {
  const found: Record<string, Record<string, unknown>> = {};
  for (const [kind, all] of Object.entries(ALL)) {
    found[kind] = {};
    for (const [name, play] of Object.entries(all)) found[kind][name] = await play();
  }
  writeFileSync(FILE, `${JSON.stringify(found, null, 2)}\n`);
}

const KNOWN = JSON.parse(readFileSync(FILE, "utf8"));

test.each(
  Object.entries(ALL).flatMap(([kind, all]) =>
    Object.entries(all).map(([name, play]) => [kind, name, play] as const),
  ),
)("%s: %s", async (kind, name, play) => {
  expect(await play()).toEqual(KNOWN[kind][name]);
});

test("Nothing else is known.", () => {
  for (const [kind, all] of Object.entries(ALL)) {
    expect(Object.keys(KNOWN[kind])).toEqual(Object.keys(all));
  }
});

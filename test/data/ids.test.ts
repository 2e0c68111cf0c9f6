import { describe, expect, test } from "vitest";
import { Ids } from "../../src/data/read/ids.js";
import { CounterRandom } from "../../src/random.js";

const encoder = new TextEncoder();

function numbersOf(texts: readonly string[]): { ids: Ids; numbers: number[] } {
  const ids = new Ids();
  const numbers = texts.map((text) => {
    const bytes = encoder.encode(text);
    return ids.numberOf(bytes, 0, bytes.length);
  });
  return { ids, numbers };
}

/** By a Map. */
function expected(texts: readonly string[]): number[] {
  const seen = new Map<string, number>();
  return texts.map((text) => {
    if (!seen.has(text)) seen.set(text, seen.size);
    return seen.get(text)!;
  });
}

describe("numbers of ids", () => {
  const random = new CounterRandom(7, 1, 1);
  const draw = (count: number, of: (i: number) => number | string): string[] =>
    Array.from({ length: count }, (_, i) => String(of(i)));

  test.each<[string, string[]]>([
    ["ascending, some twice", draw(40_000, (i) => 11_000_000 + i - (i % 3))],
    ["descending to 0", draw(40_000, (i) => 39_999 - i)],
    ["drawn from a range", draw(60_000, () => 214_000_000 + random.below(50_000))],
    [
      "drawn from everywhere",
      draw(30_000, () => random.below(2 ** 31) * 400_000 + random.below(9)),
    ],
    [
      "an outlier first, then a range",
      ["999999999999999", ...draw(30_000, () => random.below(9000))],
    ],
    ["two ranges by turns", draw(30_000, (i) => (i % 2) * 1e9 + random.below(9000))],
    [
      "a range that comes to another",
      draw(30_000, (i) => (i < 9000 ? i * 7 : random.below(80_000))),
    ],
    [
      "numbers and texts",
      draw(30_000, (i) => (i % 2 ? `i${random.below(9000)}` : random.below(9000))),
    ],
    [
      "the same with zeros in front",
      draw(30_000, (i) => `${"0".repeat(i % 3)}${random.below(900)}`),
    ],
    ["long texts", draw(3000, (i) => `${"x".repeat(5000 * (i % 2))}${random.below(400)}y`)],
  ])("%s are as a Map gives them", async (_, texts) => {
    const { ids, numbers } = numbersOf(texts);
    expect(numbers).toEqual(expected(texts));
    expect(await ids.texts()).toEqual([...new Set(texts)]);
  });
});

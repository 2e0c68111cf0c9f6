import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitAtRandom, splitAtTime } from "../../src/data/example-splits.js";
import { examplesOf } from "../../src/data/examples.js";
import { NO_ITEM } from "../../src/data/items.js";
import type { Ratings } from "../../src/data/ratings.js";
import { ConfigError } from "../../src/errors.js";

/** Ratings from rows [user, item, rating, time]. */
function ratingsOf(rows: readonly (readonly [string, string, number, number])[]): Ratings {
  const users = [...new Set(rows.map(([user]) => user))];
  const items = [...new Set(rows.map(([, item]) => item))];
  return {
    ...{ users, items, length: rows.length },
    user: Int32Array.from(rows, ([user]) => users.indexOf(user)),
    item: Int32Array.from(rows, ([, item]) => items.indexOf(item)),
    rating: Float32Array.from(rows, ([, , rating]) => rating),
    time: Float64Array.from(rows, ([, , , time]) => time),
  };
}

const PICTURE = ratingsOf([
  ["u", "a", 5, 1],
  ["u", "b", 4, 2],
  ["u", "c", 3, 3],
  ["u", "d", 2, 4],
]);

/** Examples as text: "a–– → b". */
function shown({
  items,
  windowLength,
  contexts,
  targets,
  length,
}: ReturnType<typeof examplesOf>): string[] {
  const name = (row: number): string => (row === NO_ITEM ? "–" : String(items.idOf(row)));
  return Array.from({ length }, (_, n) => {
    const context = contexts.subarray(n * windowLength, (n + 1) * windowLength);
    return `${Array.from(context, name).join("")} → ${name(targets[n]!)}`;
  });
}

describe("examplesOf", () => {
  test("makes the examples of the picture", () => {
    expect(shown(examplesOf(PICTURE, { windowLength: 3 }))).toEqual([
      "a–– → b",
      "ab– → c",
      "abc → d",
    ]);
  });

  test("keeps the newest items of a long timeline", () => {
    expect(shown(examplesOf(PICTURE, { windowLength: 2 }))).toEqual(["a– → b", "ab → c", "bc → d"]);
  });

  test("drops low ratings, then skips and counts users with too few", () => {
    const made = examplesOf(
      ratingsOf([
        ["u", "a", 5, 9],
        ["v", "a", 5, 1],
        ["u", "b", 1.5, 8],
        ["u", "c", 2, 7],
        ["v", "b", 3, 2],
        ["u", "d", 5, 7],
      ]),
      { windowLength: 2 },
    );
    expect(shown(made)).toEqual(["c– → d", "cd → a"]); // by time, the file's order where it is equal
    expect(made).toMatchObject({ users: 1, skippedUsers: 1, droppedRatings: 1 });
    expect([...made.times]).toEqual([7, 9]);
  });

  test("takes a larger catalogue, in its order, and counts its items", () => {
    const { items } = examplesOf(PICTURE, { items: ["z", "d", "c", "b", "a"] });
    expect(items.ids).toEqual(["z", "d", "c", "b", "a"]);
    expect([...items.support]).toEqual([0, 1, 1, 1, 1]);
  });

  test.each([
    [{ windowLength: 0 }, "windowLength: expected an integer from 1 to 1024, got 0"],
    [{ windowLength: 1025 }, "windowLength: expected an integer from 1 to 1024, got 1025"],
    [{ minRating: -1 }, "minRating: expected a number ≥ 0, got -1"],
    [{ minLength: 1 }, "minLength: expected an integer ≥ 2, got 1"],
    [
      { minLength: 5 },
      "ratings: expected a user with at least 5 ratings of 2 or more, got at most 4",
    ],
    [{ items: ["a", "b", "c"] }, 'items: expected every item that is rated, got "d"'],
    [{ windows: 3 } as object, "windows: expected one of the example options"],
  ])("refuses %j", (options, message) => {
    expect(() => examplesOf(PICTURE, options)).toThrow(ConfigError);
    expect(() => examplesOf(PICTURE, options)).toThrow(message);
  });

  test("refuses examples of more than 4 GiB", () => {
    const length = 2 ** 20 + 2;
    const one = new Int32Array(length);
    const columns = { user: one, item: one, time: new Float64Array(length) };
    const rating = new Float32Array(length).fill(5);
    const ratings = { users: ["u"], items: ["a"], length, ...columns, rating };
    expect(() => examplesOf(ratings, { windowLength: 1024 })).toThrow(
      "windowLength: expected examples of at most 4 GiB, got 1048577 of 1024 items. Lower it.",
    );
  });
});

describe("splits", () => {
  const rating = fc.tuple(
    fc.constantFrom("u", "v", "w"),
    fc.constantFrom("a", "b", "c", "d"),
    fc.integer({ min: 2, max: 5 }),
    fc.integer({ min: 0, max: 30 }),
  );

  test("every example is on one side, and at a moment all of the past is on the left", () => {
    fc.assert(
      fc.property(fc.array(rating, { minLength: 12, maxLength: 60 }), (rows) => {
        fc.pre(["u", "v", "w"].some((user) => rows.filter(([u]) => u === user).length >= 6));
        const examples = examplesOf(ratingsOf(rows), { windowLength: 3 });
        const times = (part: Float64Array): number[] => [...part].sort((a, b) => a - b);
        const random = splitAtRandom(examples, { fraction: 0.7 });
        const both = [...random.train.times, ...random.test.times];
        expect(times(Float64Array.from(both))).toEqual(times(examples.times));
        fc.pre(
          new Set(examples.times).size > 4 &&
            Math.min(...examples.times) !==
              times(examples.times)[Math.round(0.7 * examples.length)],
        );
        const { train, test: held } = splitAtTime(examples, { fraction: 0.7 });
        expect(train.length + held.length).toBe(examples.length);
        expect(Math.max(...train.times)).toBeLessThan(Math.min(...held.times));
      }),
      { numRuns: 50, seed: 7 },
    );
  });

  test("a seed gives the same random split, another seed another one", () => {
    const rows = Array.from({ length: 40 }, (_, i) => ["u", `${i}`, 5, i] as const);
    const examples = examplesOf(ratingsOf(rows));
    const targets = (seed: number) => [...splitAtRandom(examples, { seed }).test.targets];
    expect(targets(1)).toEqual(targets(1));
    expect(targets(1)).not.toEqual(targets(2));
  });

  test.each([
    [
      () => splitAtRandom(examplesOf(PICTURE), { fraction: 1 }),
      "fraction: expected a number in [0, 1)",
    ],
    [
      () => splitAtRandom(examplesOf(PICTURE), { fraction: 0.1 }),
      "at least one example on each side",
    ],
    [
      () => splitAtTime(examplesOf({ ...PICTURE, time: new Float64Array(4) }), { fraction: 0.5 }),
      "fraction: expected a moment with examples before it and after it",
    ],
  ])("refuses what leaves a side empty (%#)", (split, message) => {
    expect(split).toThrow(message);
  });

  test("refuses options that it does not have", () => {
    const misspelt = { fractoin: 0.5 } as object;
    const message = "fractoin: expected one of the split options: fraction";
    expect(() => splitAtRandom(examplesOf(PICTURE), misspelt)).toThrow(message);
    expect(() => splitAtTime(examplesOf(PICTURE), misspelt)).toThrow(message);
    expect(() => splitAtTime(examplesOf(PICTURE), { seed: 3 } as object)).toThrow("seed: expected");
  });
});

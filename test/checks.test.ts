import { describe, expect, test } from "vitest";
import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkNames,
  checkNumber,
  withDefaults,
} from "../src/checks.js";
import { ConfigError } from "../src/errors.js";

/** The message of what is thrown, "" when nothing is. */
function complaint(check: () => void): string {
  try {
    check();
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
}

describe("checkInteger", () => {
  test.each([
    [1, ""],
    [2 ** 53 - 1, ""],
    [0, "n: expected an integer ≥ 1, got 0"],
    [1.5, "n: expected an integer ≥ 1, got 1.5"],
    [2 ** 53, "n: expected an integer ≥ 1, got 9007199254740992"],
    [Number.NaN, "n: expected an integer ≥ 1, got NaN"],
    ["3", 'n: expected an integer ≥ 1, got "3"'],
    [3n, "n: expected an integer ≥ 1, got 3"],
    [undefined, "n: expected an integer ≥ 1, got undefined"],
    [[2], "n: expected an integer ≥ 1, got [2]"],
  ])("says of %o, where 1 is the least: %s", (value, message) => {
    expect(complaint(() => checkInteger("n", value, 1))).toBe(message);
  });

  test("names both bounds where there are two", () => {
    expect(complaint(() => checkInteger("seed", 9, 0, 8))).toBe(
      "seed: expected an integer from 0 to 8, got 9",
    );
    expect(complaint(() => checkInteger("seed", 8, 0, 8))).toBe("");
  });
});

describe("checkNumber", () => {
  test.each([
    [0, ""],
    [0.999, ""],
    [1, "p: expected a number in [0, 1), got 1"],
    [-0.1, "p: expected a number in [0, 1), got -0.1"],
    [Number.NaN, "p: expected a number in [0, 1), got NaN"],
    ["0.5", 'p: expected a number in [0, 1), got "0.5"'],
    [null, "p: expected a number in [0, 1), got null"],
  ])("says of %o in [0, 1): %s", (value, message) => {
    expect(complaint(() => checkNumber("p", value, 0, 1))).toBe(message);
  });

  test("includes the upper bound where told so", () => {
    expect(complaint(() => checkNumber("alpha", 1, 0, 1, true))).toBe("");
    expect(complaint(() => checkNumber("alpha", 1.1, 0, 1, true))).toBe(
      "alpha: expected a number in [0, 1], got 1.1",
    );
  });

  test("refuses infinity where nothing else is too much", () => {
    expect(complaint(() => checkNumber("l2", 1e300, 0))).toBe("");
    expect(complaint(() => checkNumber("l2", Number.POSITIVE_INFINITY, 0))).toBe(
      "l2: expected a number ≥ 0, got Infinity",
    );
  });
});

describe("checkBoolean", () => {
  test.each([0, "false", undefined])("does not take %o for true or false", (value) => {
    expect(complaint(() => checkBoolean("resetAfter", value))).toContain("true or false");
  });

  test("takes both", () => {
    expect(complaint(() => [true, false].forEach((value) => void checkBoolean("x", value)))).toBe(
      "",
    );
  });
});

describe("checkChoice", () => {
  test.each(["gru", "constructor", "", undefined, ["lstm"]])("lists the choices to %o", (value) => {
    expect(complaint(() => checkChoice("cell", value, ["lstm", "rnn"]))).toMatch(
      /^cell: expected "lstm" or "rnn", got /,
    );
  });
});

describe("checkNames", () => {
  test("names the unknown option and the known ones", () => {
    expect(complaint(() => checkNames({ a: 1, lerning: 2 }, ["a", "learning"], "training"))).toBe(
      "lerning: expected one of the training options: a, learning, got an unknown name. " +
        'Did you mean "learning"?',
    );
    expect(complaint(() => checkNames({ b: 1 }, ["a", "learning"], "training"))).toBe(
      "b: expected one of the training options: a, learning, got an unknown name",
    );
  });
});

describe("withDefaults", () => {
  test("takes undefined for not given, and nothing else", () => {
    const defaults = { a: 1, b: 2, c: "x" as string | null };
    const given = { a: undefined, b: 0, c: null } as unknown as Partial<typeof defaults>;
    expect(withDefaults(defaults, given)).toEqual({ a: 1, b: 0, c: null });
    expect(defaults).toEqual({ a: 1, b: 2, c: "x" });
  });
});

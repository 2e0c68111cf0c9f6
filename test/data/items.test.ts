import { describe, expect, test } from "vitest";
import { Items } from "../../src/data/items.js";
import { ConfigError } from "../../src/errors.js";

describe("Items", () => {
  test("maps ids to rows and back, whatever they look like", () => {
    const ids = ["__proto__", "", "0", 0, 0n, "constructor", 1.5, -3, "1.5"];
    const items = Items.from(ids);
    expect(items.size).toBe(ids.length);
    ids.forEach((id, item) => {
      expect(items.indexOf(id)).toBe(item);
      expect(items.idOf(item)).toBe(id);
      expect(items.has(id)).toBe(true);
    });
    expect(items.indexOf("toString")).toBe(-1);
    expect(items.has("hasOwnProperty")).toBe(false);
    expect([...items.support]).toEqual(ids.map(() => 1));
  });

  test("finds an id in another spelling, unless it is there itself", () => {
    const items = Items.from(["214", 7, 9007199254740993n, "1.5", 3, "3", "-4", "05"]);
    const asked = [214, 214n, "7", 7n, "9007199254740993", 1.5, 3, "3", 3n, -4, -4n];
    expect(asked.map((id) => items.indexOf(id))).toEqual([0, 0, 1, 1, 2, 3, 4, 5, 5, 6, 6]);
    for (const id of [5, "214.0", " 214", "7.0", 9007199254740992, "0x7", ""]) {
      expect(items.has(id)).toBe(false);
    }
  });

  test("copies ids and support", () => {
    const ids = ["a", "b"];
    const support = Int32Array.of(3, 4);
    const items = Items.from(ids, support);
    ids[0] = "z";
    support[0] = 9;
    expect(items.idOf(0)).toBe("a");
    expect([...items.support]).toEqual([3, 4]);
  });

  test.each([
    [["a", "b", "a"], undefined, 'items[2]: expected every id once, got "a"'],
    [[], undefined, "items: expected at least one id, got 0"],
    [[1, Number.NaN], undefined, "items[1]: expected a finite id, got NaN"],
    [
      [1n, -(10n ** 1000n)],
      undefined,
      "items[1]: expected at most 1000 digits, got a longer bigint",
    ],
    [["a", "b"], [1], "support: expected 2 counts, one for each item, got 1"],
    [["a"], [-1], "support[0]: expected a count from 0 to 2147483647, got -1"],
    [["a"], [0.5], "support[0]: expected a count from 0 to 2147483647, got 0.5"],
  ])("refuses %#: ids that are none, or support that does not fit", (ids, support, message) => {
    expect(() => Items.from(ids, support)).toThrow(ConfigError);
    expect(() => Items.from(ids, support)).toThrow(message);
  });

  test("refuses rows outside the catalogue and ids of another kind", () => {
    expect(() => Items.from(["a"]).idOf(1)).toThrow("item: expected 0 to 0, got 1");
    expect(() => Items.from([null as unknown as string])).toThrow(TypeError);
  });
});

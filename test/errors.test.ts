/** What errors say is short, whatever they speak of. */

import { describe, expect, test } from "vitest";
import { ConfigError, DivergedError, placed, sentence, words } from "../src/errors.js";
import { examplesOf, GRU4Rec, Items, TwoTowers } from "../src/index.js";
import { said } from "../src/training/divergence.js";

const long = (letter: string): string => letter.repeat(1_000_000);

describe("a message shows at most 200 characters", () => {
  test.each<[string, unknown]>([
    ["a text", long("a")],
    ["a bigint", 10n ** 300n],
    ["a negative bigint", -(10n ** 300n)],
    ["an object that writes itself", { toString: () => long("b") }],
    ["a symbol", Symbol(long("c"))],
    ["a list of long texts", [long("d")]],
    ["a function", new Function(`return "${long("e")}"`)],
  ])("of %s", (_, value) => {
    const message = sentence("where", "what", value);
    expect(message.length).toBeLessThan(300);
    expect(message).toMatch(/^where: expected what, got ./);
  });

  test("of a bigint, without writing all of it out", () => {
    const begun = performance.now();
    expect(sentence("id", "another", 1n << 20_000_000n)).toContain("a bigint of more than 200");
    expect(performance.now() - begun).toBeLessThan(50);
    expect(sentence("id", "another", 10n ** 199n)).toContain(`got 1${"0".repeat(199)}`);
  });

  test("of the place", () => {
    expect(new ConfigError(long("p"), "what", 1).message.length).toBeLessThan(250);
    expect(placed(long("p"), new Error("why")).message).toBe(`${"p".repeat(200)}…: why`);
  });

  test("of the item that a training diverged at", () => {
    const items = Items.from([long("i"), 1n]);
    const found = said({ what: "a gradient of Wy", value: Number.NaN, item: 0 }, items);
    expect(found).toBe(`a gradient of Wy, item "${"i".repeat(200)}…", is NaN`);
    expect(said({ what: "w", value: 1, item: 1 }, items)).toBe("w, item 1, is 1");
    expect(new DivergedError(1, 1, long("x"), "").message.length).toBeLessThan(1100);
  });

  test("of what is expected, which may name features of the user, and of another error", () => {
    expect(sentence("a", long("e"), words(long("f"))).length).toBeLessThan(2100);
  });

  test("of features, ids and records", async () => {
    const name = `f${long("x")}`;
    const tries: (() => unknown)[] = [
      () => GRU4Rec.create([long("a"), long("a")]),
      () => TwoTowers.create(["a"], { features: { [name]: { kind: "text" } } }, []),
      () => TwoTowers.create(["a"], { [name]: 1 } as object),
      () => examplesOf({ [name]: 1 } as never),
    ];
    for (const work of tries) {
      const error = await Promise.resolve()
        .then(work)
        .then(
          () => new Error(),
          (error) => error,
        );
      expect(error.message).toContain("expected");
      expect(error.message.length).toBeLessThan(600);
    }
  });
});

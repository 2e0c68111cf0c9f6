import { describe, expect, test } from "vitest";
import { Baseline, fitBaseline } from "../../src/baselines/baseline.js";
import { type BaselineName, KINDS } from "../../src/baselines/kinds.js";
import { FormatError } from "../../src/errors.js";
import { readHeader } from "../../src/files/safetensors.js";
import { clicks } from "../training/clicks.js";

const sessions = clicks(60, 9);
const names = Object.keys(KINDS) as BaselineName[];
const quick = (name: BaselineName): object =>
  name === "bpr-mf" ? { factors: 3, epochs: 1 } : name === "markov" ? { successors: "all" } : {};

describe.each(names)("%s in a file", (name) => {
  test("comes back with the same scores, options and bytes", async () => {
    const made = await fitBaseline(name, sessions, quick(name));
    const bytes = made.toBytes();
    const read = await Baseline.fromBytes(bytes);
    expect(read.kind).toBe(name);
    expect(read.options).toEqual(made.options);
    expect(read.items.ids).toEqual(sessions.items.ids);
    expect(read.items.support).toEqual(sessions.items.support);
    expect(read.toBytes()).toEqual(bytes);
    for (const visit of [["item 1"], ["item 3", "item 5", "item 3"]]) {
      expect(read.recommend(visit)).toEqual(made.recommend(visit));
      expect(read.recommend(visit)).toHaveLength(9);
    }
  });

  test("is refused where a byte of its lists is wrong, or works on", async () => {
    const bytes = (await fitBaseline(name, sessions, quick(name))).toBytes();
    const { data } = readHeader(bytes, "file");
    const start = bytes.length - data.length;
    for (let at = start; at < bytes.length; at += 37) {
      const broken = bytes.slice();
      broken[at] = broken[at]! ^ 0x91;
      const read = await Baseline.fromBytes(broken).catch((error: unknown) => error);
      if (read instanceof Baseline) expect(read.recommend(["item 1"])).toBeInstanceOf(Array);
      else expect(read).toBeInstanceOf(FormatError);
    }
    await expect(Baseline.fromBytes(bytes.subarray(0, bytes.length - 1))).rejects.toThrow(
      FormatError,
    );
  });
});

test("a list holds what is asked for, best first", async () => {
  const model = await fitBaseline("sr", sessions);
  const all = model.recommend(["item 2"]);
  expect(all.map(({ score }) => score)).toEqual(
    all.map(({ score }) => score).toSorted((a, b) => b - a),
  );
  const first = all[0]!.itemId;
  expect(model.recommend(["item 2"], { count: 2 })).toEqual(all.slice(0, 2));
  expect(model.recommend(["item 2"], { exclude: [first] })[0]).toEqual(all[1]);
  expect(model.recommend(["item 2"], { only: [first, "new"] })).toEqual(all.slice(0, 1));
  expect(model.recommend(["new"])).toEqual([]);
});

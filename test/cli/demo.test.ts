import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type DemoOptions, runDemo } from "../../src/cli/demo.js";
import type { TextStream } from "../../src/cli/io.js";
import { outdoorShop, splitByTime } from "../../src/index.js";
import { readSessions } from "../../src/node.js";
import { newFolder } from "./children.js";

interface Run {
  readonly out: string;
  readonly lines: readonly Record<string, unknown>[];
}

/** Runs the demo on this thread, one epoch long, against streams that are kept. */
async function demo(options: DemoOptions, terminal?: number, env = {}): Promise<Run> {
  let out = "";
  const stdout: TextStream = {
    write: (text) => {
      out += text;
    },
    isTTY: terminal !== undefined,
    columns: terminal,
  };
  const io = { stdout, stderr: { write: () => {} }, env, signal: new AbortController().signal };
  await runDemo({ threads: 0, epochs: 1, ...options }, io);
  const lines = options.json
    ? out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];
  return { out, lines };
}

describe("the demo with --json", async () => {
  const run = await demo({ json: true, numerics: "portable", seed: 3 });

  test("learns more than the last click tells, and never more than there is to know", () => {
    const { lines } = run;
    const types = [...new Set(lines.map(({ type }) => type))];
    expect(types).toEqual(["data", "model", "epoch", "evaluation", "visit", "recommendation"]);

    const measured = lines.filter(({ type }) => type === "evaluation");
    expect(measured.map(({ model }) => model)).toEqual([
      "random",
      "most popular",
      "first-order Markov",
      "GRU4Rec",
      "best possible",
    ]);
    expect(measured.every(({ cutoff, ties }) => cutoff === 20 && ties === "standard")).toBe(true);
    for (const measure of ["recall", "mrr"]) {
      const [random, popular, markov, trained, best] = measured.map((line) =>
        Number(line[measure]),
      );
      expect(popular).toBeGreaterThan(2 * random!);
      expect(markov).toBeGreaterThan(2 * popular!);
      expect(trained).toBeGreaterThan(markov! * 1.1);
      expect(trained).toBeGreaterThan(best! * 0.93);
      expect(best).toBeGreaterThan(trained!);
    }
  });

  test("recommends named products after each visit", () => {
    const { lines } = run;
    const visits = lines.filter(({ type }) => type === "visit");
    expect(visits).toHaveLength(3);
    for (const { sessionId } of visits) {
      const list = lines.filter((l) => l.type === "recommendation" && l.sessionId === sessionId);
      expect(list.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
      expect(list.every(({ name, department }) => name && department)).toBe(true);
    }
  });

  test("is the same twice, but for the time it takes", async () => {
    const timeless = ({ lines }: Run): unknown[] =>
      lines.map(({ seconds, eventsPerSecond, ...rest }) => rest);
    const again = await demo({ json: true, numerics: "portable", seed: 3 });
    expect(timeless(again)).toEqual(timeless(run));
  });
});

test("--write makes a log of the same visits, and trains nothing", async () => {
  const path = join(newFolder(), "clicks.csv");
  const { out } = await demo({ write: path, seed: 3 });
  expect(out).toMatch(/^saved .*clicks\.csv, [\d.]+ MB\n$/);
  const { train, test } = outdoorShop({ seed: 3 });
  const log = await readSessions(path);
  expect([log.length, log.events]).toEqual([42_000, train.events + test.events]);
  const split = splitByTime(log, { testSessions: test.length });
  expect(split.train.itemIndices).toEqual(train.itemIndices);
  expect(split.test!.times).toEqual(test.times);
});

describe("the demo for people", () => {
  test("is plain ASCII where there is no terminal", async () => {
    const { out } = await demo({});
    expect([...out].filter((char) => char > "~")).toEqual([]);
    expect(out).toMatch(/Loss while training/);
    expect(out).toMatch(/^ {2}best possible +0\.\d{4} {2}#+ +0\.\d{4} {2}#+$/m);
    expect(out.match(/^Visit \d+$/gm)).toHaveLength(3);
  });

  test.each([80, 120])(
    "fits a terminal of %d columns, and has no colour with NO_COLOR",
    async (columns) => {
      const { out } = await demo({}, columns, { NO_COLOR: "1" });
      expect(out).not.toContain("\u001b");
      expect(out).toMatch(/[\u2801-\u28ff]/);
      expect(Math.max(...out.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(
        columns,
      );
    },
  );
});

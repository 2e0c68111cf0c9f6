import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Items } from "../../src/data/items.js";
import type { Scorer } from "../../src/data/scorer.js";
import { Sessions } from "../../src/data/sessions.js";
import { evaluate, resolveEvaluateOptions } from "../../src/ranking/evaluate.js";
import { RankingMetrics, rankOf, type Ties } from "../../src/ranking/metrics.js";

const TIES: Ties[] = ["standard", "conservative", "median"];

/** Sorts the catalogue as each tie mode has it; the median is the mean of the two extremes. */
function rankBySorting(scores: readonly number[], target: number, ties: Ties): number {
  if (ties === "median") {
    const best = rankBySorting(scores, target, "standard");
    return (best + rankBySorting(scores, target, "conservative")) / 2;
  }
  const own = scores[target]!;
  const before = (item: number): number => {
    const score = scores[item]!;
    if (item === target) return 0;
    if (Number.isNaN(own) || Number.isNaN(score)) return -1;
    if (score === own) return ties === "standard" ? 1 : -1;
    return own - score;
  };
  const sorted = scores.map((_, item) => item).sort((a, b) => before(a) - before(b));
  return sorted.indexOf(target) + 1;
}

const catalogue = (size: number): Items => Items.from(Array.from({ length: size }, (_, i) => i));

/** One session that starts with item 0 and goes on to `target`. */
const visit = (target: number): Sessions =>
  Sessions.from([
    { sessionId: 1, itemId: 0, time: 1 },
    { sessionId: 1, itemId: target, time: 2 },
  ]);

const fixed = (items: Items, values: readonly number[]): Scorer => ({
  items,
  score: (_history, scores) => scores.set(values),
});

describe("the rank of a target", () => {
  // Few distinct values, so that ties are the rule; every list of equal scores is among them.
  const score = fc.constantFrom(-1, 0, 0, 0.5, 2, Number.NaN, Infinity, -Infinity);
  const cases = fc
    .array(score, { minLength: 1, maxLength: 12 })
    .chain((scores) => fc.tuple(fc.constant(scores), fc.nat(scores.length - 1)));

  test.each(TIES)("is its place after sorting, ties %s", async (ties) => {
    await fc.assert(
      fc.asyncProperty(cases, async ([scores, target]) => {
        const scorer = fixed(catalogue(scores.length), scores);
        const { mrr } = await evaluate(scorer, visit(target), { ties, cutoffs: [100] });
        expect(mrr[100]).toBeCloseTo(1 / rankBySorting(scores, target, ties), 12);
      }),
    );
  });

  test.each(TIES)("counts the others of a subset alone, ties %s", async (ties) => {
    const withSubset = cases.chain(([scores, target]) =>
      fc.tuple(
        fc.constant(scores),
        fc.constant(target),
        fc.uniqueArray(fc.nat(scores.length - 1), { minLength: 1 }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(withSubset, async ([scores, target, subset]) => {
        const among = [target, ...subset.filter((item) => item !== target)];
        const kept = among.map((item) => scores[item]!);
        const scorer = fixed(catalogue(scores.length), scores);
        const options = { ties, cutoffs: [100], items: subset };
        const { mrr } = await evaluate(scorer, visit(target), options);
        expect(mrr[100]).toBeCloseTo(1 / rankBySorting(kept, 0, ties), 12);
      }),
    );
  });

  test.each(TIES)("is never flattered by NaN, ties %s", async (ties) => {
    const rank = async (...scores: number[]): Promise<number> =>
      1 / (await evaluate(fixed(catalogue(3), scores), visit(0), { ties })).mrr[20]!;
    expect(await rank(Number.NaN, 1, 2)).toBe(3);
    expect(await rank(Number.NaN, Number.NaN, Number.NaN)).toBe(3);
    expect(await rank(5, Number.NaN, 2)).toBe(2);
  });

  test("of equal scores is first, last or in the middle", () => {
    expect(TIES.map((ties) => rankOf(0, 4, ties))).toEqual([1, 5, 3]);
    expect(TIES.map((ties) => rankOf(2, 1, ties))).toEqual([3, 4, 3.5]);
  });
});

describe("RankingMetrics", () => {
  test("takes a rank for a hit when it is at most the cutoff", () => {
    const metrics = new RankingMetrics([1, 2, 20]);
    for (const rank of [1, 1.5, 2, 20, 21]) metrics.add(rank);
    const { recall, mrr, coverage } = metrics.result(catalogue(30));
    expect(recall).toEqual({ 1: 1 / 5, 2: 3 / 5, 20: 4 / 5 });
    expect(mrr[2]).toBeCloseTo((1 + 1 / 1.5 + 1 / 2) / 5, 12);
    expect(mrr[20]).toBeCloseTo((1 + 1 / 1.5 + 1 / 2 + 1 / 20) / 5, 12);
    expect(coverage).toBeUndefined();
  });

  test("discounts gains by log2(rank + 1)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1e9 }), (halves) => {
        const rank = halves / 2;
        const metrics = new RankingMetrics([1e9]);
        metrics.add(rank);
        const gain = metrics.result(catalogue(2)).ndcg[1e9]!;
        expect(Math.abs(gain * Math.log2(rank + 1) - 1)).toBeLessThan(1e-14);
      }),
    );
    const third = new RankingMetrics([20]);
    third.add(3);
    expect(third.result(catalogue(2)).ndcg[20]).toBe(1 / 2);
    third.add(21);
    expect(third.result(catalogue(2)).ndcg[20]).toBe(1 / 4);
  });

  test("tells how much of the catalogue is listed, and how popular that is", () => {
    const items = Items.from(["a", "b", "c", "d"], [8, 4, 2, 0]);
    const metrics = new RankingMetrics([1, 2]);
    metrics.addList([0, 1]);
    metrics.addList([0, 2]);
    const { coverage, popularity } = metrics.result(items);
    expect(coverage).toEqual({ 1: 1 / 4, 2: 3 / 4 });
    expect(popularity).toEqual({ 1: 1, 2: (8 + 4 + 8 + 2) / 4 / 8 });
  });

  test.each([
    [[], "cutoffs: expected at least one list length"],
    [[20, 0], "cutoffs[1]: expected an integer ≥ 1, got 0"],
    [[1.5], "cutoffs[0]: expected an integer ≥ 1, got 1.5"],
  ])("refuses cutoffs %j", (cutoffs, message) => {
    expect(() => resolveEvaluateOptions({ cutoffs })).toThrow(message);
  });
});

describe("evaluate of a scorer", () => {
  const events = (text: string): Sessions =>
    Sessions.from(
      text
        .split(" ")
        .flatMap((session, sessionId) =>
          [...session].map((itemId, time) => ({ sessionId, itemId, time })),
        ),
    );
  const items = Items.from(["a", "b", "c", "d"]);

  test("asks for every event but the first, given all before it", async () => {
    const asked: string[] = [];
    const scorer: Scorer = {
      items,
      score(history, scores) {
        asked.push([...history].map((item) => items.idOf(item)).join(""));
        scores.fill(0);
      },
    };
    const { events: cases, sessions } = await evaluate(scorer, events("abc d ba"));
    expect(asked).toEqual(["a", "ab", "b"]);
    expect([cases, sessions]).toEqual([3, 2]);
  });

  test("drops unknown items beforehand, so that a session is bridged over them", async () => {
    const scorer: Scorer = {
      items,
      score(history, scores) {
        expect([...history]).toEqual([items.indexOf("c")]);
        scores.set([0, 1, 0, 0]);
      },
    };
    const evaluation = await evaluate(scorer, events("cxxb xy xa"), { cutoffs: [1] });
    expect(evaluation).toMatchObject({
      recall: { 1: 1 },
      events: 1,
      sessions: 1,
      unknownEvents: 5,
    });
  });

  test("lists the best, the lower row first among equals, within the subset", async () => {
    const scorer = fixed(Items.from(["a", "b", "c", "d"], [4, 2, 1, 1]), [0, 3, 3, 5]);
    const options = { cutoffs: [1, 2], lists: true };
    const all = await evaluate(scorer, events("ab"), options);
    expect(all.popularity).toEqual({ 1: 1 / 4, 2: (1 + 2) / 2 / 4 });
    const some = await evaluate(scorer, events("ab"), { ...options, items: ["a", "c"] });
    expect(some.popularity).toEqual({ 1: 1 / 4, 2: (1 + 4) / 2 / 4 });
    expect(some.coverage).toEqual({ 1: 1 / 4, 2: 2 / 4 });
  });

  test("refuses what it cannot measure", async () => {
    const scorer = fixed(items, [0, 0, 0, 0]);
    await expect(evaluate(scorer, events("a b"))).rejects.toThrow("sessions: expected");
    await expect(evaluate(scorer, events("xy"))).rejects.toThrow("sessions: expected");
    await expect(evaluate(scorer, events("ab"), { items: ["a", "x"] })).rejects.toThrow(
      'items[1]: expected an item of the catalogue, got "x"',
    );
    await expect(evaluate(scorer, events("ab"), { items: [] })).rejects.toThrow(
      "items: expected at least one item, got none",
    );
    const ties = "tiebreaking" as Ties;
    await expect(evaluate(scorer, events("ab"), { ties })).rejects.toThrow("ties: expected");
  });

  test("leaves the event loop free and stops when told to", async () => {
    const slow: Scorer = {
      items,
      score(_history, scores) {
        for (const end = performance.now() + 2; performance.now() < end; );
        scores.fill(0);
      },
    };
    const controller = new AbortController();
    const reason = new Error("enough");
    const reports: number[] = [];
    let ticks = 0;
    const timer = setInterval(() => ++ticks, 1);
    const running = evaluate(slow, events("a".repeat(1000)), {
      signal: controller.signal,
      onProgress({ events, totalEvents }) {
        expect(totalEvents).toBe(999);
        reports.push(events);
        if (reports.length === 5) controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(3);
    expect(reports).toEqual([...reports].sort((a, b) => a - b));
    expect(reports.at(-1)).toBeLessThan(200);
  });
});

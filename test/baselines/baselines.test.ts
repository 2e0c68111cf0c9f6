import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type MarkovOptions, markov } from "../../src/baselines/markov.js";
import { popularity } from "../../src/baselines/popularity.js";
import { randomScorer } from "../../src/baselines/random.js";
import type { Scorer } from "../../src/data/scorer.js";
import { Sessions } from "../../src/data/sessions.js";
import { permutation } from "../../src/random.js";
import { evaluate } from "../../src/ranking/evaluate.js";
import { chances, transitions } from "../reference/markov.js";
import { hasLog, readLog } from "./real-data.js";

/** Sessions of one-letter items, one session a word. */
const sessionsOf = (text: string): Sessions =>
  Sessions.from(
    text
      .split(" ")
      .flatMap((session, sessionId) =>
        [...session].map((itemId, time) => ({ sessionId, itemId, time })),
      ),
  );

const scoresAfter = (scorer: Scorer, history: string): Record<string, number> => {
  const scores = new Float32Array(scorer.items.size).fill(Number.NaN);
  scorer.score(
    Int32Array.from(history, (id) => scorer.items.indexOf(id)),
    scores,
  );
  return Object.fromEntries(scorer.items.ids.map((id, item) => [id, scores[item]!]));
};

describe("popularity", () => {
  test("scores an item by its events", () => {
    const scorer = popularity(sessionsOf("aab bc a"));
    expect(scoresAfter(scorer, "c")).toEqual({ a: 3, b: 2, c: 1 });
  });
});

describe("markov", () => {
  const sessions = sessionsOf("abac abd aa");

  test("ranks direct successors by count, then by first sight, then the rest by popularity", () => {
    // after a: b twice, then c (seen before the a that follows an a), then a itself
    const scores = scoresAfter(markov(sessions), "dca");
    expect(scores).toMatchObject({ b: 4, c: 3, a: 2 });
    expect(scores.d).toBeLessThan(1);
  });

  test("looks at the last item alone and never across sessions", () => {
    const scorer = markov(sessions, { rest: "none" });
    expect(scoresAfter(scorer, "ab")).toEqual(scoresAfter(scorer, "b"));
    expect(scoresAfter(scorer, "c")).toEqual({ a: 0, b: 0, c: 0, d: 0 });
  });

  test("keeps as many successors as asked for", () => {
    const scores = scoresAfter(markov(sessions, { successors: 1, rest: "none" }), "a");
    expect(scores).toEqual({ a: 0, b: 2, c: 0, d: 0 });
    expect(() => markov(sessions, { successors: 0 })).toThrow("successors: expected");
  });

  test("scores by count where asked to, so that equal counts tie", () => {
    const counts = { scores: "counts", rest: "none" } as const;
    expect(scoresAfter(markov(sessions, counts), "a")).toEqual({ a: 1, b: 2, c: 1, d: 0 });
    const first = scoresAfter(markov(sessions, { ...counts, successors: 1 }), "a");
    expect(first).toEqual({ a: 0, b: 2, c: 0, d: 0 });
    const rest = scoresAfter(markov(sessions, { scores: "counts" }), "a");
    expect(rest.d).toBeGreaterThan(0);
    expect(rest.d).toBeLessThan(1);
    const wrong = { scores: "chances" } as unknown as MarkovOptions;
    expect(() => markov(sessions, wrong)).toThrow('scores: expected "places" or "counts"');
  });

  test("orders items as the chances of its definition do, on any log", () => {
    const session = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(session, { minLength: 1, maxLength: 12 }), (clicks) => {
        const events = clicks.flatMap((items, sessionId) =>
          items.map((itemId, time) => ({ sessionId, itemId, time })),
        );
        const log = Sessions.from(events);
        const { size } = log.items;
        const rows = clicks.map((items) => items.map((id) => log.items.indexOf(id)));
        const counts = transitions(rows, size);
        const chain = markov(log, { successors: "all", scores: "counts", rest: "none" });
        const placed = markov(log, { successors: "all", rest: "none" });
        const [scores, places] = [new Float32Array(size), new Float32Array(size)];
        for (let last = 0; last < size; ++last) {
          chain.score(Int32Array.of(last), scores);
          placed.score(Int32Array.of(last), places);
          expect([...scores]).toEqual(counts[last]);
          const expected = chances(counts, last);
          for (let a = 0; a < size; ++a) {
            for (let b = 0; b < size; ++b) {
              if (expected[a]! > expected[b]!) expect(places[a]).toBeGreaterThan(places[b]!);
            }
          }
        }
      }),
    );
  });

  // The figures known for these logs count what is not among 20 successors as missed: no rest, and
  // ties against the target. Those of yoochoose1_64 also count the 498 clicks on unknown items as
  // missed, .6471 and .2973 of 55,898; here they are dropped, as for every model.
  test.each([
    { log: "rsc15_100k", events: 10_152, recall: 0.5785, mrr: 0.3475 },
    { log: "yoochoose1_64", events: 55_400, recall: 0.6536, mrr: 0.3002 },
    { log: "diginetica", events: 60_858, recall: 0.3361, mrr: 0.1277 },
  ])("has its known figures on $log", async ({ log, events, recall, mrr }) => {
    if (!hasLog(log)) return console.log(`skipped: ${log} is not there (GRU4REC_DATA)`);
    const train = readLog(log, "train");
    const test = readLog(log, "test");
    const bare = markov(train, { rest: "none" });
    const figures = await evaluate(bare, test, { ties: "conservative" });
    expect(figures.events).toBe(events);
    expect(figures.recall[20]).toBeCloseTo(recall, 3.5);
    expect(figures.mrr[20]).toBeCloseTo(mrr, 3.5);
  });

  test("gains a little by a full list", async () => {
    if (!hasLog("rsc15_100k"))
      return console.log("skipped: rsc15_100k is not there (GRU4REC_DATA)");
    const full = markov(readLog("rsc15_100k", "train"));
    const { recall, mrr } = await evaluate(full, readLog("rsc15_100k", "test"));
    expect(recall[20]).toBeCloseTo(0.5856, 3.5);
    expect(mrr[20]).toBeCloseTo(0.3483, 3.5);
  });
});

describe("randomScorer", () => {
  // One session through 100 items: no history comes twice.
  const clicks = Array.from(permutation(4000, 7, 1), (place) => place % 100);
  const wide = Sessions.from(clicks.map((itemId, time) => ({ sessionId: 1, itemId, time })));

  test("finds the target in N lists of as many as there are items", async () => {
    const { recall, events } = await evaluate(randomScorer(wide.items, 3), wide);
    expect(events).toBe(3999);
    expect(Math.abs(recall[20]! - 0.2)).toBeLessThan(0.03);
  });

  test("is a function of seed and history", () => {
    const items = wide.items;
    const draw = (seed: number, ...history: number[]): Float32Array => {
      const scores = new Float32Array(items.size);
      randomScorer(items, seed).score(Int32Array.from(history), scores);
      return scores;
    };
    expect(draw(1, 4, 2)).toEqual(draw(1, 4, 2));
    expect(draw(1, 4, 2)).not.toEqual(draw(2, 4, 2));
    expect(draw(1, 4, 2)).not.toEqual(draw(1, 2, 4));
    expect(new Set(draw(1, 0)).size).toBe(items.size);
  });
});

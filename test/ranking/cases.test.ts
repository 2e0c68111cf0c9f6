/** Which events and examples are test cases, counted by hand. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Examples } from "../../src/data/examples.js";
import { Items, NO_ITEM } from "../../src/data/items.js";
import { Sessions } from "../../src/data/sessions.js";
import { ConfigError, GRU4Rec, type Id, TwoTowers } from "../../src/index.js";
import type { Answering } from "../../src/models/answering.js";
import { answeringOf } from "../../src/ranking/answering.js";
import { longestHistory } from "../../src/ranking/case-columns.js";
import { figuresOf, jobCases, testCases } from "../../src/ranking/cases.js";
import { CHOICE_DEFAULTS, resolveChoices } from "../../src/ranking/choices.js";
import { RankingMetrics } from "../../src/ranking/metrics.js";

const items = Items.from(["a", "b", "c", "d"]);

/** One session a word, one-letter items, times 0, 10, 20, … */
const sessionsOf = (text: string): Sessions =>
  Sessions.from(
    text
      .split(" ")
      .flatMap((word, sessionId) =>
        [...word].map((itemId, i) => ({ sessionId, itemId, time: 10 * i })),
      ),
  );

test("of a GRU4Rec are those of sessions: examples are refused by name", async () => {
  const model = await GRU4Rec.create(items, { layers: [4] });
  await expect(jobCases(answeringOf(model)!, {} as Examples, CHOICE_DEFAULTS)).rejects.toThrow(
    "sessions: expected",
  );
});

describe("the test cases of sessions", () => {
  const counts = async (text: string, options = {}) => {
    const { known, ...rest } = await testCases(sessionsOf(text), items, resolveChoices(options));
    return { ...rest, events: known.events };
  };

  test("are all events but each session's first", async () => {
    expect(await counts("abc d ba")).toEqual({
      unknownEvents: 0,
      unknownItems: [],
      totalEvents: 3,
      missedEvents: 0,
      played: 2,
      events: 6,
    });
  });

  test("leave out unknown items, which are told most frequent first", async () => {
    expect(await counts("axbyy xa yx")).toEqual({
      unknownEvents: 6,
      unknownItems: ["x", "y"],
      totalEvents: 1,
      missedEvents: 0,
      played: 1,
      events: 3,
    });
    expect(await counts("axbyyy")).toMatchObject({ unknownItems: ["y", "x"] });
  });

  test("are missed instead: those of unknown items, and those with no known item before", async () => {
    // axb: x is missed, b is asked; xa: a is missed; yx: x is missed; d: no case.
    expect(await counts("axb xa yx d", { unknown: "miss" })).toMatchObject({
      totalEvents: 1,
      missedEvents: 3,
      played: 3,
    });
  });

  test("are only the last events of sessions, if these are known", async () => {
    const options = { lastOnly: true };
    expect(await counts("abc d ba abx xxb", options)).toMatchObject({
      unknownEvents: 3,
      totalEvents: 2,
      missedEvents: 0,
      played: 2,
      events: 7, // the session that ends with x is not played
    });
    expect(await counts("abc abx xxb d", { ...options, unknown: "miss" })).toMatchObject({
      totalEvents: 1,
      missedEvents: 2,
      played: 3,
    });
  });

  test.each(["a b", "xy", "xa"])("are none in %j", async (text) => {
    await expect(counts(text)).rejects.toThrow(
      "sessions: expected a session with two events of known items, got none",
    );
  });

  test("are none where no session ends with a known item", async () => {
    await expect(counts("abx bax", { lastOnly: true })).rejects.toThrow(ConfigError);
  });

  test("are counted in turns with other work", async () => {
    let turns = 0;
    const timer = setInterval(() => ++turns, 0);
    const all = Array.from({ length: 20_000 }, (_, i) => ({
      sessionId: i >> 1,
      itemId: "ab"[i & 1]!,
      time: 0,
    }));
    const sessions = Sessions.from(all);
    const before = turns;
    // As if the whole slice was used up each time the clock is looked at.
    const { now } = performance;
    let time = now.call(performance);
    performance.now = () => (time += 100);
    try {
      const { totalEvents } = await testCases(sessions, items, CHOICE_DEFAULTS);
      expect(totalEvents).toBe(10_000);
    } finally {
      performance.now = now;
      clearInterval(timer);
    }
    expect(turns).toBeGreaterThan(before);
  });
});

describe("the columns that a job plays", () => {
  const answering = (over: Partial<Answering> = {}): Answering => ({
    ...answeringOf(towers)!,
    ...over,
  });
  let towers: TwoTowers;
  const examples = (contexts: Id[][], targets: Id[], times?: number[]): Examples => ({
    items,
    windowLength: 3,
    length: targets.length,
    contexts: Int32Array.from(
      contexts.flatMap((context) =>
        Array.from({ length: 3 }, (_, t) =>
          t < context.length ? items.indexOf(context[t]!) : NO_ITEM,
        ),
      ),
    ),
    targets: Int32Array.from(targets, (id) => items.indexOf(id)),
    times: Float64Array.from(times ?? targets.map(() => 0)),
  });
  const [a, b, c, d] = [0, 1, 2, 3];

  beforeAll(async () => {
    towers = await TwoTowers.create(items, { layers: [4], embeddingSize: 4, windowLength: 3 });
  });
  afterAll(() => towers.dispose());

  const timed = (): Answering => {
    const { reading } = answeringOf(towers)!;
    return answering({ reading: { ...reading, timeBoundaries: [5, 15] } });
  };
  const some = (...ids: Id[]): Answering => answering({ answers: Items.from(ids) });
  const plain = CHOICE_DEFAULTS;

  test("are the clicks of sessions", async () => {
    const { columns } = await jobCases(answering(), sessionsOf("abc da"), plain);
    expect(columns).toEqual({
      itemIndices: Int32Array.of(a, b, c, d, a),
      offsets: Int32Array.of(0, 3, 5),
    });
    expect(longestHistory(columns)).toBe(2);
  });

  test("have the bucket of each click's time where time counts", async () => {
    const { columns } = await jobCases(timed(), sessionsOf("abc da"), plain);
    expect(columns.moments).toEqual(Int32Array.of(0, 1, 2, 0, 1));
  });

  test("are contexts and targets of examples, one after the other", async () => {
    const given = examples([["a", "b"], ["c"], ["d", "d", "d"]], ["c", "a", "b"]);
    const { columns, ...counts } = await jobCases(answering(), given, plain);
    expect(columns).toEqual({
      itemIndices: Int32Array.of(a, b, c, c, a, d, d, d, b),
      ends: Int32Array.of(2, 4, 8),
      lengths: Int32Array.of(2, 1, 3),
    });
    expect(counts).toEqual({
      totalEvents: 3,
      played: 3,
      unknownEvents: 0,
      unknownItems: [],
      missedEvents: 0,
    });
    expect(longestHistory(columns)).toBe(3);
  });

  test("have the bucket of each example's time at its target", async () => {
    const given = examples([["a", "b"], ["c"]], ["c", "a"], [7, 20]);
    const { columns } = await jobCases(timed(), given, plain);
    expect(columns.moments).toEqual(Int32Array.of(0, 0, 1, 0, 2));
  });

  test("leave out targets that are not recommended", async () => {
    const { columns, ...counts } = await jobCases(some("c", "a"), sessionsOf("abc db"), plain);
    expect(columns.places).toEqual(Int32Array.of(1, -1, 0, -1));
    expect(counts).toEqual({
      totalEvents: 1,
      played: 1,
      unknownEvents: 2,
      unknownItems: [],
      missedEvents: 0,
    });
  });

  test('count them as misses with `unknown: "miss"`', async () => {
    const choices = resolveChoices({ unknown: "miss" });
    const { missedEvents, played } = await jobCases(some("c", "a"), sessionsOf("abc db"), choices);
    expect([missedEvents, played]).toEqual([2, 2]);
  });

  test("leave them out of the last events of sessions", async () => {
    const choices = resolveChoices({ lastOnly: true });
    const counts = await jobCases(some("c", "a"), sessionsOf("abc dcb dbc c"), choices);
    expect(counts).toMatchObject({ totalEvents: 2, played: 2, unknownEvents: 1 });
  });

  test("leave out examples with such targets", async () => {
    const given = examples([["a", "b"], ["c"], ["d"]], ["c", "b", "a"]);
    const counts = await jobCases(some("c", "a"), given, plain);
    expect(counts).toMatchObject({ totalEvents: 2, played: 2, unknownEvents: 1, missedEvents: 0 });
  });

  test("are refused where there is none", async () => {
    const expected = "expected a target that is recommended, got";
    await expect(jobCases(some("d"), sessionsOf("dab"), plain)).rejects.toThrow(
      `sessions: ${expected} none`,
    );
    await expect(jobCases(some("d"), examples([["d"]], ["a"]), plain)).rejects.toThrow(
      `examples: ${expected} none`,
    );
    await expect(jobCases(answering(), examples([], []), plain)).rejects.toThrow(
      "examples: expected at least one, got 0",
    );
  });

  test("take no choices that have no effect on examples", async () => {
    const given = examples([["a"]], ["b"]);
    const [lastOnly, miss] = [{ lastOnly: true }, { unknown: "miss" as const }].map(resolveChoices);
    await expect(jobCases(answering(), given, lastOnly!)).rejects.toThrow(
      "lastOnly: expected sessions to measure on, got examples. Each example is a test case as it is.",
    );
    await expect(jobCases(answering(), given, miss!)).rejects.toThrow(
      "unknown: expected sessions to measure on, got examples. The model knows all items of examples.",
    );
    const { missedEvents } = await jobCases(some("a"), examples([["a"], ["b"]], ["b", "a"]), miss!);
    expect(missedEvents).toBe(1);
  });
});

test("figures tell what was chosen", () => {
  const metrics = new RankingMetrics([20]);
  metrics.add(1);
  const counts = { played: 7, unknownEvents: 8, unknownItems: ["x"], missedEvents: 9 };
  const ranking = { cutoffs: [20], ties: "median", lists: true } as const;
  expect(figuresOf(metrics, counts, { ...ranking, ...CHOICE_DEFAULTS })).toEqual({
    events: 1,
    sessions: 7,
    unknownEvents: 8,
    unknownItems: ["x"],
    missedEvents: 9,
    ties: "median",
    lastOnly: false,
    excludeSeen: false,
    unknown: "drop",
  });
});

/** What a log is like: against counts by hand, the Markov chain, and logs whose order is known. */

import { describe, expect, test } from "vitest";
import { inspectSessions } from "../../src/baselines/inspect.js";
import { markov } from "../../src/baselines/markov.js";
import { Sessions } from "../../src/data/sessions.js";
import { splitByTime } from "../../src/data/split.js";
import { ConfigError } from "../../src/errors.js";
import { CounterRandom } from "../../src/random.js";
import { evaluate } from "../../src/ranking/evaluate.js";

/** Sessions one after the other, a second a click. */
function sessionsOf(lists: readonly (readonly number[])[]): Sessions {
  let time = 0;
  return Sessions.from(
    lists.flatMap((items, sessionId) =>
      items.map((itemId) => ({ sessionId, itemId, time: time++ })),
    ),
  );
}

/** `count` sessions of 2 to 7 items; the next one by `step` from the last one and chance. */
function generated(
  count: number,
  step: (last: number, random: CounterRandom) => number,
  seed = 7,
): Sessions {
  const random = new CounterRandom(seed, 99);
  return sessionsOf(
    Array.from({ length: count }, () => {
      const items = [random.below(60)];
      for (let left = 1 + random.below(6); left > 0; --left)
        items.push(step(items.at(-1)!, random));
      return items;
    }),
  );
}

describe("inspectSessions", () => {
  test("counts lengths, repeats and popularity", async () => {
    const lists = [[1, 2, 2, 1], [3], [1, 4], [5, 6, 7, 8, 9, 10, 11]];
    const found = await inspectSessions(sessionsOf(lists));
    expect(found).toMatchObject({ events: 14, sessions: 4, items: 11, order: undefined });
    expect(found.lengths).toEqual({
      mean: 3.5,
      median: 3,
      longest: 7,
      histogram: [
        { from: 1, to: 1, sessions: 1 },
        { from: 2, to: 2, sessions: 1 },
        { from: 3, to: 3, sessions: 0 },
        { from: 4, to: 4, sessions: 1 },
        { from: 5, to: 5, sessions: 0 },
        { from: 6, to: 7, sessions: 1 },
      ],
    });
    expect(found.repeats).toEqual({ any: 2 / 14, direct: 1 / 14 });
    expect(found.popularity).toMatchObject({ top1Percent: 3 / 14, top10Percent: 5 / 14, once: 9 });
    expect(found.popularity.itemsOfHalf).toBe(4); // 3 + 2 + 1 + 1
  });

  test("gives even popularity a Gini of 0, and one item nearly all of them one near 1", async () => {
    const even = await inspectSessions(sessionsOf([[1, 2, 3, 4]]));
    expect(even.popularity.gini).toBeCloseTo(0, 12);
    const lists = [[...Array(9999).fill(1), ...Array.from({ length: 99 }, (_, i) => i + 2)]];
    const one = await inspectSessions(sessionsOf(lists));
    expect(one.popularity.gini).toBeGreaterThan(0.97);
  });

  test("measures what the plain Markov chain has on the last tenth of the sessions", async () => {
    const log = generated(3000, (last, random) => (last + random.below(30)) % 60);
    const { order } = await inspectSessions(log);
    const { train, test: held } = splitByTime(log, { testSessions: 300 });
    const chain = markov(train, { successors: 6, rest: "none" });
    const options = { cutoffs: [6], ties: "conservative" as const };
    const { recall, events } = await evaluate(chain, held, options);
    expect(order).toMatchObject({ cutoff: 6, split: "time", cases: events });
    expect(order?.recall).toBeCloseTo(recall[6]!, 12);
  });

  test("finds the order of a walk, and none where clicks are drawn one by one", async () => {
    const walk = await inspectSessions(generated(2000, (last) => (last + 1) % 60));
    expect(walk.order!.recall).toBe(1);
    expect(walk.order!.difference).toBeGreaterThan(5 * walk.order!.margin);
    let outside = 0;
    for (let seed = 1; seed <= 20; ++seed) {
      const drawn = generated(600, (_, random) => random.below(60), seed);
      const { difference, margin } = (await inspectSessions(drawn, { seed })).order!;
      if (Math.abs(difference) > margin) outside++;
    }
    expect(outside).toBeLessThanOrEqual(4); // 1 is expected; more than 4 come once in 400 times
  });

  test("takes random sessions where all are of one time", async () => {
    const lists = Array.from({ length: 400 }, (_, i) => [i % 7, (i + 1) % 7, (i + 2) % 7]);
    const events = lists.flatMap((items, sessionId) =>
      items.map((itemId) => ({ sessionId, itemId, time: 5 })),
    );
    const { order } = await inspectSessions(Sessions.from(events));
    expect(order).toMatchObject({ split: "random", cases: 80, recall: 1 });
  });

  test("is a function of the seed, tells how far it is, and stops when it is told to", async () => {
    const log = generated(3000, (last, random) => (last + random.below(3)) % 60);
    const shares: number[] = [];
    const onProgress = (share: number): void => void shares.push(share);
    const once = await inspectSessions(log, { seed: 3, onProgress });
    expect(await inspectSessions(log, { seed: 3 })).toEqual(once);
    expect((await inspectSessions(log, { seed: 4 })).order?.shuffled).not.toBe(
      once.order?.shuffled,
    );
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(inspectSessions(log, { signal })).rejects.toThrow("enough");
    await expect(inspectSessions(log, { seed: -1 })).rejects.toThrow(ConfigError);
  });
});

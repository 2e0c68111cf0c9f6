import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/data/events.js";
import { Sessions } from "../../src/data/sessions.js";
import { filterSessions, type SplitOptions, splitByTime } from "../../src/data/split.js";
import { ConfigError } from "../../src/errors.js";

const clicks = (text: string): Sessions =>
  Sessions.from(
    text.split(" ").map((click) => {
      const [sessionId, itemId, time] = click.split(/[/@]/);
      return { sessionId: sessionId!, itemId: itemId!, time: Number(time ?? 0) };
    }),
  );

/** `session/item item …` of every session. */
function shown(sessions: Sessions): string[] {
  return sessions.sessionIds.map((id, s) => {
    const rows = sessions.itemIndices.subarray(sessions.offsets[s], sessions.offsets[s + 1]);
    return `${id}/${[...rows].map((item) => sessions.items.idOf(item)).join(" ")}`;
  });
}

const event = fc.record({
  sessionId: fc.integer({ min: 0, max: 6 }),
  itemId: fc.integer({ min: 0, max: 5 }),
  time: fc.integer({ min: 0, max: 20 }),
});
const events = fc.array(event, { minLength: 1, maxLength: 50 });

describe("splitByTime", () => {
  // The picture: b straddles the moment 5, e is one click before it, c and d start at it or later.
  const log = clicks("a/x@1 a/y@2 a/x@3 b/x@3 b/z@4 b/q@6 c/x@5 c/n@6 d/y@9 e/y@4 e/x@7");

  test("cuts the picture where it says", () => {
    const { train, test, time } = splitByTime(log, { testSeconds: 4 });
    expect(time).toBe(5);
    expect(shown(train)).toEqual(["a/x y x", "b/x z"]);
    expect(shown(test)).toEqual(["c/x n", "d/y"]);
    expect(train.items.ids).toEqual(["x", "y", "z"]);
    expect([...train.items.support]).toEqual([3, 1, 1]);
    expect(test.items.ids).toEqual(["x", "y", "n"]);
  });

  test("takes the sessions that start last", () => {
    const { train, test, time } = splitByTime(log, { testSessions: 1 });
    expect(time).toBe(9);
    expect(shown(test)).toEqual(["d/y"]);
    expect(shown(train)).toEqual(["a/x y x", "b/x z q", "c/x n", "e/y x"]);
  });

  test("agrees with its definition on any log", () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 15 }), (events, testSeconds) => {
        const split = Math.max(...events.map((e) => e.time)) - testSeconds;
        const start = (e: Event): number =>
          Math.min(...events.filter((o) => o.sessionId === e.sessionId).map((o) => o.time));
        const test = events.filter((e) => start(e) >= split);
        const early = events.filter((e) => e.time < split);
        const train = early.filter(
          (e) => early.filter((o) => o.sessionId === e.sessionId).length > 1,
        );
        const sessions = Sessions.from(events);
        if (test.length === 0 || train.length === 0) {
          expect(() => splitByTime(sessions, { testSeconds })).toThrow(ConfigError);
          return;
        }
        const found = splitByTime(sessions, { testSeconds });
        expect(shown(found.train)).toEqual(shown(Sessions.from(train)));
        expect(shown(found.test)).toEqual(shown(Sessions.from(test)));
      }),
    );
  });

  test.each([
    [
      { testSeconds: 100 },
      "testSeconds: expected a share that leaves sessions of two events or more to train on, " +
        "got 100. Lower testSeconds.",
    ],
    [{ testSeconds: Number.POSITIVE_INFINITY }, "testSeconds: expected a number > 0, got Infinity"],
    [{ testSeconds: 0 }, "testSeconds: expected a number > 0, got 0"],
    [{ testSeconds: Number.NaN }, "testSeconds: expected a number > 0, got NaN"],
    [{ testSessions: 0 }, "testSessions: expected an integer from 1 to 4, got 0"],
    [{ testSessions: 5 }, "testSessions: expected an integer from 1 to 4, got 5"],
    [{ testSessions: 1.5 }, "testSessions: expected an integer from 1 to 4, got 1.5"],
    [{}, 'split: expected either testSeconds or testSessions, got "neither"'],
    [{ testSeconds: 1, testSessions: 1 }, "split: expected either testSeconds or testSessions"],
  ])("refuses %j", (options, message) => {
    expect(() => splitByTime(log, options as unknown as SplitOptions)).toThrow(ConfigError);
    expect(() => splitByTime(log, options as unknown as SplitOptions)).toThrow(message);
  });

  test("refuses a test share in which no session starts", () => {
    const log = clicks("a/x@1 a/y@2 a/x@9");
    expect(() => splitByTime(log, { testSeconds: 3 })).toThrow(
      "testSeconds: expected a share in which at least one session starts, got 3. Raise testSeconds.",
    );
  });

  test("names the option that leaves nothing to train on", () => {
    expect(() => splitByTime(clicks("a/x@1 b/y@2"), { testSessions: 1 })).toThrow(
      /^testSessions: expected a share .* Lower testSessions\.$/,
    );
  });
});

describe("filterSessions", () => {
  test("drops repeated clicks but keeps returns", () => {
    const sessions = clicks("a/i@0 a/i@1 a/j@2 a/i@3 b/i@4 b/i@5");
    expect(shown(filterSessions(sessions, { dropRepeats: true }))).toEqual(["a/i j i", "b/i"]);
  });

  test("goes on until nothing changes", () => {
    // z is rare; without it c is short; without c, y is rare; without y, b is short.
    const sessions = clicks("a/x@0 a/x@1 b/x@0 b/y@1 c/y@0 c/z@1 d/x@0 d/x@1");
    const left = filterSessions(sessions, { minSupport: 2, minLength: 2 });
    expect(shown(left)).toEqual(["a/x x", "d/x x"]);
    expect([...left.items.support]).toEqual([4]);
  });

  test("keeps what has the minimum, and drops what has one less", () => {
    const sessions = clicks("a/x@0 a/y@1 a/z@2 b/x@0 b/y@1 b/x@2 c/x@0 c/y@1");
    expect(shown(filterSessions(sessions, { minSupport: 3 }))).toEqual([
      "a/x y",
      "b/x y x",
      "c/x y",
    ]);
    expect(shown(filterSessions(sessions, { minLength: 3 }))).toEqual(["a/x y z", "b/x y x"]);
  });

  test("changes nothing when no filter is given", () => {
    const sessions = clicks("a/x@0 b/y@1");
    expect(shown(filterSessions(sessions, {}))).toEqual(shown(sessions));
  });

  test("leaves no short session, no rare item, and nothing for a second pass", () => {
    const minimum = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(events, minimum, minimum, (events, minSupport, minLength) => {
        const options = { minSupport, minLength };
        let left: Sessions;
        try {
          left = filterSessions(Sessions.from(events), options);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          return;
        }
        for (let s = 0; s < left.length; ++s) {
          expect(left.offsets[s + 1]! - left.offsets[s]!).toBeGreaterThanOrEqual(minLength);
        }
        expect(Math.min(...left.items.support)).toBeGreaterThanOrEqual(minSupport);
        expect(shown(filterSessions(left, options))).toEqual(shown(left));
      }),
    );
  });

  test("names the filter that took most when nothing is left", () => {
    const sessions = clicks("a/x@0 b/y@1 c/x@2");
    expect(() => filterSessions(sessions, { minLength: 2 })).toThrow(
      "minLength: expected a minimum that leaves at least one event, got 2. " +
        "Lower minLength: minLength dropped 3 events, minSupport 0.",
    );
    expect(() => filterSessions(sessions, { minSupport: 5 })).toThrow(/Lower minSupport: /);
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses %d as a minimum", (minimum) => {
    expect(() => filterSessions(clicks("a/x@0"), { minSupport: minimum })).toThrow(
      `minSupport: expected an integer ≥ 1, got ${minimum}`,
    );
    expect(() => filterSessions(clicks("a/x@0"), { minLength: minimum })).toThrow(
      `minLength: expected an integer ≥ 1, got ${minimum}`,
    );
  });
});

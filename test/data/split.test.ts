import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/data/events.js";
import { Sessions } from "../../src/data/sessions.js";
import { type SplitOptions, splitByTime } from "../../src/data/split.js";
import { ConfigError } from "../../src/errors.js";
import { clicks, events, shown } from "./split-clicks.js";

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

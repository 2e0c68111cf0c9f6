import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/data/events.js";
import { readSessions } from "../../src/data/readers.js";
import { Sessions } from "../../src/data/sessions.js";
import { type Split, type SplitOptions, splitByTime } from "../../src/data/split.js";
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
    [{}, "split: expected either testSeconds or testSessions, got neither"],
    [{ testSeconds: 1, testSessions: 1 }, "split: expected either testSeconds or testSessions"],
  ])("refuses %j", (options, message) => {
    expect(() => splitByTime(log, options as unknown as SplitOptions)).toThrow(ConfigError);
    expect(() => splitByTime(log, options as unknown as SplitOptions)).toThrow(message);
  });

  test("keeps sessions whole where that is wanted, by their last event", () => {
    // e ends at 7, after the moment 5; b ends at 6.
    const { train, test, time } = splitByTime(log, { testSeconds: 4, whole: true });
    expect(time).toBe(5);
    expect(shown(train)).toEqual(["a/x y x"]);
    expect(shown(test)).toEqual(["b/x z q", "c/x n", "d/y", "e/y x"]);
    expect(train.leftOut).toEqual([{ reason: "held out for the test", events: 8, sessions: 4 }]);
    const last = splitByTime(log, { testSessions: 2, whole: true });
    expect(shown(last.test)).toEqual(["d/y", "e/y x"]);
    expect(last.time).toBe(7);
  });

  test("counts what belongs to neither set", () => {
    const log = clicks("a/x@1 a/y@2 b/x@3 b/z@4 b/q@6 c/x@5 c/n@6 d/x@4 d/y@7 f/x@2");
    const { train } = splitByTime(log, { testSeconds: 2 });
    expect(shown(train)).toEqual(["a/x y", "b/x z"]);
    expect(train.leftOut).toEqual([
      { reason: "held out for the test", events: 2, sessions: 1 },
      { reason: "later than the split, in sessions that begin before it", events: 2, sessions: 0 },
      { reason: "single events before the split", events: 2, sessions: 2 },
    ]);
  });

  test("cuts a validation off in the same go", () => {
    const log = clicks("a/x@1 a/y@2 b/x@3 b/y@4 b/z@6 c/x@6 c/y@9 d/x@8 d/y@10 e/x@7 e/y@7");
    const split = splitByTime(log, { testSeconds: 2, validationSeconds: 3 });
    // The moments are 8 and 5; c is cut at the first one.
    expect(split.time).toBe(8);
    expect(shown(split.test)).toEqual(["d/x y"]);
    expect(shown(split.validation!)).toEqual(["e/x y"]);
    expect(shown(split.train)).toEqual(["a/x y", "b/x y"]);
    const whole = splitByTime(log, { testSeconds: 2, validationSeconds: 1, whole: true });
    // What is left ends at 7, so the second moment is 6.
    expect(shown(whole.test)).toEqual(["c/x y", "d/x y"]);
    expect(shown(whole.validation!)).toEqual(["b/x y z", "e/x y"]);
    expect(shown(whole.train)).toEqual(["a/x y"]);
    const counted = splitByTime(log, { testSessions: 1, validationSessions: 1 });
    expect(shown(counted.validation!)).toEqual(["e/x y"]);
    expect(shown(counted.train)).toEqual(["a/x y", "b/x y z"]);
  });

  test("loses no event and shares none between sets, on any log", () => {
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(events, size, size, fc.boolean(), (events, test, validation, whole) => {
        const sessions = Sessions.from(events);
        const options = { testSeconds: test, validationSeconds: validation, whole };
        let split: Split;
        try {
          split = splitByTime(sessions, options);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          return;
        }
        const ends = (set: Sessions): number => Math.max(...set.times);
        const gone = split.train.leftOut.map(({ events }) => events);
        expect(split.train.events + gone.reduce((a, b) => a + b, 0)).toBe(events.length);
        const held = [split.validation!, split.test];
        for (const [i, set] of held.entries()) {
          const start = (s: number): number =>
            set.times[whole ? set.offsets[s + 1]! - 1 : set.offsets[s]!]!;
          const first = Math.min(...Array.from({ length: set.length }, (_, s) => start(s)));
          const before = i === 0 ? [split.train] : [split.train, split.validation!];
          for (const set of before) expect(ends(set)).toBeLessThan(first);
        }
      }),
    );
  });

  test.each([
    [{ validationSeconds: 0 }, "validationSeconds: expected a number > 0, got 0"],
    [{ validationSessions: 9 }, "validationSessions: expected an integer from 1 to 3, got 9"],
    [
      { validationSeconds: 1, validationSessions: 1 },
      "split: expected either validationSeconds or",
    ],
    [{ whole: "yes" }, 'whole: expected true or false, got "yes"'],
  ])("refuses %j beside a test", (options, message) => {
    const call = (): unknown => splitByTime(log, { testSessions: 1, ...options } as SplitOptions);
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });

  test("refuses sequences, which have no times", async () => {
    const log = await readSessions("u a b c\nv a b\n", { format: "sequences" });
    expect(() => splitByTime(log, { testSessions: 1 })).toThrow(
      "testSessions: expected a log with times, got 1. Sequences and pairs have none: split them by leave-one-out.",
    );
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

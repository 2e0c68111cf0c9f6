import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSessions } from "../../src/data/readers.js";
import { type RecentOptions, recentSessions } from "../../src/data/recent.js";
import { Sessions } from "../../src/data/sessions.js";
import { ConfigError } from "../../src/errors.js";
import { clicks, events, shown } from "./split-clicks.js";

describe("recentSessions", () => {
  // The last event is at 9; b starts at 4, c and d at 6 and 8.
  const log = clicks("a/x@1 a/y@2 b/x@4 b/z@9 c/x@6 c/n@7 d/y@8");

  test("keeps whole sessions that start in the last seconds, the border included", () => {
    expect(shown(recentSessions(log, { lastSeconds: 3 }))).toEqual(["c/x n", "d/y"]);
    expect(shown(recentSessions(log, { lastSeconds: 2.5 }))).toEqual(["d/y"]);
    expect(shown(recentSessions(log, { lastSeconds: 5 }))).toEqual(["b/x z", "c/x n", "d/y"]);
    expect(recentSessions(log, { lastSeconds: 3 }).leftOut).toEqual([
      { reason: "sessions before the most recent part", events: 4, sessions: 2 },
    ]);
  });

  test("keeps a share of the sessions, rounded, and at least one", () => {
    expect(shown(recentSessions(log, { lastPart: 1 / 2 }))).toEqual(["c/x n", "d/y"]);
    expect(shown(recentSessions(log, { lastPart: 1 / 64 }))).toEqual(["d/y"]);
    expect(shown(recentSessions(log, { lastPart: 0.63 }))).toEqual(["b/x z", "c/x n", "d/y"]);
    expect(shown(recentSessions(log, { lastPart: 1 }))).toEqual(shown(log));
  });

  test("prefers the highest ids among sessions that start at once", () => {
    const log = clicks("a/x@1 c/x@1 b/x@1 d/x@0");
    expect(shown(recentSessions(log, { lastPart: 1 / 2 }))).toEqual(["b/x", "c/x"]);
  });

  test("agrees with its definition on any log", () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 20 }), (events, lastSeconds) => {
        const border = Math.max(...events.map(({ time }) => time)) - lastSeconds;
        const start = (id: unknown): number =>
          Math.min(...events.filter((e) => e.sessionId === id).map((e) => e.time));
        const expected = events.filter(({ sessionId }) => start(sessionId) >= border);
        const log = Sessions.from(events);
        if (expected.length === 0) {
          expect(() => recentSessions(log, { lastSeconds })).toThrow("Raise lastSeconds.");
          return;
        }
        const left = recentSessions(log, { lastSeconds });
        expect(shown(left)).toEqual(shown(Sessions.from(expected)));
        expect(left.items.ids).toEqual(log.items.ids.filter((id) => left.items.has(id)));
      }),
    );
  });

  test.each([
    [{}, "recent: expected either lastSeconds or lastPart, got neither"],
    [{ lastSeconds: 1, lastPart: 1 }, "recent: expected either lastSeconds or lastPart, got 1"],
    [{ lastSeconds: 0 }, "lastSeconds: expected a number > 0, got 0"],
    [{ lastPart: 1.5 }, "lastPart: expected a number in (0, 1], got 1.5"],
    [{ lastPart: Number.NaN }, "lastPart: expected a number in (0, 1], got NaN"],
  ])("refuses %j", (options, message) => {
    expect(() => recentSessions(log, options as RecentOptions)).toThrow(ConfigError);
    expect(() => recentSessions(log, options as RecentOptions)).toThrow(message);
  });

  test("refuses sequences, which have no times", async () => {
    const log = await readSessions("u a b c\nv a b\n", { format: "sequences" });
    expect(() => recentSessions(log, { lastPart: 0.5 })).toThrow(
      "lastPart: expected a log with times, got 0.5. Sequences and pairs have none",
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FilterOptions, filterSessions } from "../../src/data/filter.js";
import { Sessions } from "../../src/data/sessions.js";
import { ConfigError } from "../../src/errors.js";
import { clicks, events, shown } from "./split-clicks.js";

describe("filterSessions", () => {
  test("drops repeated clicks but keeps returns", () => {
    const sessions = clicks("a/i@0 a/i@1 a/j@2 a/i@3 b/i@4 b/i@5");
    expect(shown(filterSessions(sessions, { dropRepeats: true }))).toEqual(["a/i j i", "b/i"]);
  });

  test("drops every repeat where all are to go", () => {
    const sessions = clicks("a/i@0 a/i@1 a/j@2 a/i@3 b/i@4 b/j@5 b/i@6");
    const left = filterSessions(sessions, { dropAllRepeats: true });
    expect(shown(left)).toEqual(["a/i j", "b/i j"]);
    expect(left.leftOut).toEqual([{ reason: "repeats", events: 3, sessions: 0 }]);
  });

  test("agrees with the definition of a repeat on any log", () => {
    fc.assert(
      fc.property(events, fc.boolean(), (events, all) => {
        const sessions = Sessions.from(events);
        const expected = shown(sessions).map((line) => {
          const [id, items] = line.split("/") as [string, string];
          const kept = items.split(" ").filter((item, i, list) => {
            return all ? list.indexOf(item) === i : list[i - 1] !== item;
          });
          return `${id}/${kept.join(" ")}`;
        });
        const left = filterSessions(
          sessions,
          all ? { dropAllRepeats: true } : { dropRepeats: true },
        );
        expect(shown(left)).toEqual(expected);
      }),
    );
  });

  test("filters once where that is wanted: sessions, items, sessions", () => {
    // z is rare; without it c is short; without c, y is rare: y stays, and b with it.
    const sessions = clicks("a/x@0 a/x@1 b/x@0 b/y@1 c/y@0 c/z@1 d/x@0 d/x@1 e/q@0");
    const left = filterSessions(sessions, { minSupport: 2, minLength: 2, filterOnce: true });
    expect(shown(left)).toEqual(["a/x x", "b/x y", "d/x x"]);
    expect(left.leftOut).toEqual([
      { reason: "sessions of fewer than 2 events", events: 2, sessions: 2 },
      { reason: "items of fewer than 2 events", events: 1, sessions: 0 },
    ]);
  });

  test("counts what it left out, by reason", () => {
    const sessions = clicks("a/x@0 a/x@1 a/y@2 b/z@0 b/z@1 c/x@0 c/y@1 d/q@0 d/w@1 e/x@0");
    const left = filterSessions(sessions, { dropRepeats: true, minLength: 2, minSupport: 2 });
    expect(shown(left)).toEqual(["a/x y", "c/x y"]);
    expect(left.leftOut).toEqual([
      { reason: "repeats", events: 2, sessions: 0 },
      { reason: "sessions of fewer than 2 events", events: 2, sessions: 2 },
      { reason: "items of fewer than 2 events", events: 2, sessions: 1 },
    ]);
    const again = filterSessions(left, { minLength: 2 });
    expect(again.leftOut).toEqual(left.leftOut);
    expect(sessions.leftOut).toEqual([]);
  });

  test.each([
    [{ filterOnce: true }, "filterOnce: expected minSupport and minLength above 1, got true."],
    [{ filterOnce: true, minSupport: 5 }, "filterOnce: expected minSupport and minLength above 1"],
    [
      { dropRepeats: true, dropAllRepeats: true },
      "dropRepeats: expected it alone, or dropAllRepeats",
    ],
    [{ dropRepeats: "all" }, 'dropRepeats: expected true or false, got "all"'],
  ])("refuses %j", (options, message) => {
    const call = (): unknown => filterSessions(clicks("a/x@0"), options as FilterOptions);
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
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
        const gone = left.leftOut.reduce((sum, { events }) => sum + events, 0);
        expect(left.events + gone).toBe(events.length);
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

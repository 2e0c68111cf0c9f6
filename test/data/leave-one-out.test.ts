import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitLeaveOneOut } from "../../src/data/leave-one-out.js";
import { readSessions } from "../../src/data/readers.js";
import { Sessions } from "../../src/data/sessions.js";
import { clicks, events, shown } from "./split-clicks.js";

describe("splitLeaveOneOut", () => {
  test("cuts the picture where it says", () => {
    const log = clicks("s/a@1 s/b@2 s/c@3 s/d@4 s/e@5 t/a@1 t/b@2 u/q@1 v/x@1 v/y@2 v/z@3");
    const { train, validation, test } = splitLeaveOneOut(log);
    expect(shown(train)).toEqual(["s/a b c", "t/a b", "u/q", "v/x"]);
    expect(shown(validation)).toEqual(["s/a b c d", "v/x y"]);
    expect(shown(test)).toEqual(["s/a b c d e", "v/x y z"]);
    expect(train.items.ids).toEqual(["a", "b", "c", "q", "x"]);
    expect(train.leftOut).toEqual([
      { reason: "held out for validation and test", events: 4, sessions: 0 },
    ]);
    expect(test.leftOut).toEqual([
      { reason: "sessions of one or two events", events: 3, sessions: 2 },
    ]);
    expect(validation.leftOut).toEqual([
      { reason: "sessions of one or two events", events: 3, sessions: 2 },
      { reason: "held out for the test", events: 2, sessions: 0 },
    ]);
  });

  test("agrees with its definition on any log", () => {
    fc.assert(
      fc.property(events, (events) => {
        const log = Sessions.from(events);
        const lines = shown(log).map((line) => line.split(/[/ ]/));
        const long = lines.filter(({ length }) => length > 3);
        if (long.length === 0) {
          expect(() => splitLeaveOneOut(log)).toThrow("at least one of three events or more, got");
          return;
        }
        const text = ([id, ...items]: string[]): string => `${id}/${items.join(" ")}`;
        const { train, validation, test } = splitLeaveOneOut(log);
        expect(shown(test)).toEqual(long.map(text));
        expect(shown(validation)).toEqual(long.map((line) => text(line.slice(0, -1))));
        const trained = lines.map((line) => text(line.length > 3 ? line.slice(0, -2) : line));
        expect(shown(train)).toEqual(trained);
      }),
    );
  });

  test("takes sequences and pairs", async () => {
    const sequences = await readSessions("u a b c d\nv a b\n", { format: "sequences" });
    const pairs = await readSessions("u a\nv a\nu b\nu c\nv b\nu d\n", { format: "pairs" });
    for (const log of [sequences, pairs]) {
      const { train, validation, test } = splitLeaveOneOut(log);
      expect([train, validation, test].map(shown)).toEqual([
        ["u/a b", "v/a b"],
        ["u/a b c"],
        ["u/a b c d"],
      ]);
    }
  });
});

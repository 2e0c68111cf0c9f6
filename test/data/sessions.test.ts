import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareIds, type Event, type Id } from "../../src/data/events.js";
import { Items } from "../../src/data/items.js";
import { Sessions } from "../../src/data/sessions.js";
import { ConfigError } from "../../src/errors.js";
import { permutation } from "../../src/random.js";

const id = fc.oneof(
  fc.constantFrom<Id>("__proto__", "constructor", "", "0", 0, 0n, "a", -1, 2.5),
  fc.integer({ min: -3, max: 3 }),
);
const event = fc.record({ sessionId: id, itemId: id, time: fc.integer({ min: 0, max: 5 }) });

/** The definition: a Map of sessions, each sorted by time with a stable sort. */
function naive(events: readonly Event[]): { sessionId: Id; items: Id[]; times: number[] }[] {
  const bySession = new Map<Id, Event[]>();
  for (const event of events) {
    bySession.set(event.sessionId, [...(bySession.get(event.sessionId) ?? []), event]);
  }
  return [...bySession]
    .sort(([a], [b]) => compareIds(a, b))
    .map(([sessionId, list]) => {
      const sorted = list.toSorted((a, b) => a.time - b.time);
      return {
        sessionId,
        items: sorted.map((e) => e.itemId),
        times: sorted.map((e) => e.time),
      };
    });
}

function listed(sessions: Sessions): { sessionId: Id; items: Id[]; times: number[] }[] {
  return sessions.sessionIds.map((sessionId, s) => {
    const [begin, end] = [sessions.offsets[s]!, sessions.offsets[s + 1]!];
    return {
      sessionId,
      items: [...sessions.itemIndices.subarray(begin, end)].map((i) => sessions.items.idOf(i)),
      times: [...sessions.times.subarray(begin, end)],
    };
  });
}

const clicks = (text: string): Event[] =>
  text.split(" ").map((click) => {
    const [sessionId, itemId, time] = click.split(/[/@]/);
    return { sessionId: sessionId!, itemId: itemId!, time: Number(time) };
  });

describe("Sessions.from", () => {
  test("makes of the picture's events what the picture shows", () => {
    const sessions = Sessions.from(clicks("b/x@1 a/y@2 b/z@5 a/x@1"));
    expect(sessions.items.ids).toEqual(["x", "y", "z"]);
    expect([...sessions.items.support]).toEqual([2, 1, 1]);
    expect(sessions.sessionIds).toEqual(["a", "b"]);
    expect([...sessions.offsets]).toEqual([0, 2, 4]);
    expect([...sessions.itemIndices]).toEqual([0, 1, 0, 2]);
    expect([...sessions.times]).toEqual([1, 2, 1, 5]);
    expect([sessions.length, sessions.events]).toEqual([2, 4]);
  });

  test("groups any events as the naive grouping does", () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 40 }), (events) => {
        const sessions = Sessions.from(events);
        expect(listed(sessions)).toEqual(naive(events));
        expect(sessions.items.ids).toEqual([...new Set(events.map((e) => e.itemId))]);
        expect(sessions.items.support.reduce((a, b) => a + b)).toBe(events.length);
      }),
    );
  });

  test("gives the same for columns, for a generator and for events that are sorted already", () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 30 }), (events) => {
        const expected = listed(Sessions.from(events));
        const columns = {
          sessionId: events.map((e) => e.sessionId),
          itemId: events.map((e) => e.itemId),
          time: Float64Array.from(events, (e) => e.time),
        };
        expect(listed(Sessions.from(columns))).toEqual(expected);
        expect(listed(Sessions.from(events.values()))).toEqual(expected);
        const sorted = expected.flatMap(({ sessionId, items, times }) =>
          items.map((itemId, i) => ({ sessionId, itemId, time: times[i]! })),
        );
        expect(listed(Sessions.from(sorted))).toEqual(expected);
      }),
    );
  });

  test("keeps the order of events at the same time", () => {
    const sessions = Sessions.from(clicks("s/c@1 s/a@1 s/b@1 s/z@0"));
    expect(listed(sessions)[0]!.items).toEqual(["z", "c", "a", "b"]);
  });

  test("sorts numbers by value, before strings by code unit", () => {
    const ids: Id[] = ["b", 10, "10", 9, 9n, "Z", -1, 2n ** 70n, ""];
    const sessions = Sessions.from(ids.map((sessionId) => ({ sessionId, itemId: 1, time: 0 })));
    expect(sessions.sessionIds).toEqual([-1, 9, 9n, 10, 2n ** 70n, "", "10", "Z", "b"]);
  });

  test("does not change columns that it borrowed", () => {
    const time = Float64Array.of(3, 1, 2);
    Sessions.from({ sessionId: [1, 1, 1], itemId: ["a", "b", "c"], time });
    expect([...time]).toEqual([3, 1, 2]);
    const sorted = Float64Array.of(1, 2);
    const sessions = Sessions.from({ sessionId: [1, 1], itemId: ["a", "b"], time: sorted });
    sorted[0] = 9;
    expect(sessions.times[0]).toBe(1);
  });

  test.each([
    [[], /^events: expected at least one event, got 0$/],
    [[{ sessionId: 1, itemId: Number.NaN, time: 0 }], /^events\[0\]\.itemId: .*finite.*NaN$/],
    [[{ sessionId: -Infinity, itemId: 1, time: 0 }], /^events\[0\]\.sessionId: .*finite/],
    [[{ sessionId: 1, itemId: 1, time: Number.NaN }], /^events\[0\]\.time: .*finite number.*NaN$/],
    [{ sessionId: [1], itemId: [1, 2], time: [1] }, /^events: expected columns of one length/],
  ])("refuses %j with a sentence that names the place", (events, message) => {
    expect(() => Sessions.from(events)).toThrow(ConfigError);
    expect(() => Sessions.from(events)).toThrow(message);
  });

  test("refuses values of another kind with a TypeError", () => {
    const broken = [{ sessionId: 1, itemId: null, time: 0 }] as unknown as Event[];
    expect(() => Sessions.from(broken)).toThrow(TypeError);
    const text = [{ sessionId: 1, itemId: 1, time: "5" }] as unknown as Event[];
    expect(() => Sessions.from(text)).toThrow(/^events\[0\]\.time: expected a number, got "5"$/);
  });
});

describe("the order of sessions", () => {
  const sessions = Sessions.from(clicks("a/x@5 b/x@1 c/x@5 d/x@0 b/y@9"));

  test("is by first time, equal times by session id", () => {
    expect([...sessions.order("time")]).toEqual([3, 1, 0, 2]);
  });

  test("is the way round where every session starts before the one with the id before", () => {
    const falling = Sessions.from(clicks("a/x@5 b/x@4 c/x@2 d/x@1"));
    expect([...falling.order("time")]).toEqual([3, 2, 1, 0]);
  });

  test("is the identity for session ids", () => {
    expect([...sessions.order("given")]).toEqual([0, 1, 2, 3]);
  });

  test("is a permutation of (seed, epoch) when random", () => {
    expect(sessions.order("random", 7, 2)).toEqual(permutation(4, 7, 2));
    expect(sessions.order("random", 7, 2)).toEqual(sessions.order("random", 7, 2));
  });

  test("refuses another word", () => {
    expect(() => sessions.order("newest" as "time")).toThrow(
      'order: expected "time", "given" or "random", got "newest"',
    );
  });
});

describe("another catalogue", () => {
  test("keeps known items under their new rows and counts the others", () => {
    const sessions = Sessions.from(clicks("a/x@1 a/y@2 a/z@3 b/q@1 c/z@1"));
    const items = Items.from(["z", "never", "x"]);
    const mapped = sessions.over(items);
    expect(mapped.unknownEvents).toBe(2);
    expect(mapped.emptySessions).toBe(1);
    expect(mapped.sessions!.items).toBe(items);
    expect([...mapped.sessions!.itemIndices]).toEqual([2, 0, 0]);
    expect(listed(mapped.sessions!).map((s) => s.sessionId)).toEqual(["a", "c"]);
  });

  test("leaves nothing when every item is unknown", () => {
    const mapped = Sessions.from(clicks("a/x@1 b/y@2")).over(Items.from(["z"]));
    expect(mapped).toEqual({ sessions: undefined, unknownEvents: 2, emptySessions: 2 });
  });

  test("takes the text 1 for the number 1, unless both are there", () => {
    const sessions = Sessions.from([{ sessionId: 1, itemId: "1", time: 0 }]);
    expect(sessions.over(Items.from([1])).unknownEvents).toBe(0);
    expect([...sessions.over(Items.from([1, "1"])).sessions!.itemIndices]).toEqual([1]);
    expect(sessions.over(Items.from(["01"])).unknownEvents).toBe(1);
  });
});

describe("select", () => {
  test("drops events, counts support anew and keeps the order of the catalogue", () => {
    const sessions = Sessions.from(clicks("a/x@1 a/y@2 b/z@1 b/x@2 c/y@1"));
    const left = sessions.select(Uint8Array.of(0, 1, 1, 1, 0))!;
    expect(left.items.ids).toEqual(["x", "y", "z"]);
    expect([...left.items.support]).toEqual([1, 1, 1]);
    expect(left.sessionIds).toEqual(["a", "b"]);
    expect(listed(left).map((s) => s.items)).toEqual([["y"], ["z", "x"]]);
    expect(sessions.select(new Uint8Array(5))).toBeUndefined();
  });
});

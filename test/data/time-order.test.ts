import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Sessions } from "../../src/data/sessions.js";
import { orderInTime } from "../../src/data/time-order.js";
import { CounterRandom } from "../../src/random.js";

/** One session a time. */
function sessionsAt(times: readonly number[]): Sessions {
  return Sessions.from(times.map((time, sessionId) => ({ sessionId, itemId: 1, time })));
}

function sorted(times: readonly number[]): number[] {
  const order = times.map((_, session) => session);
  return order.sort((a, b) => times[a]! - times[b]! || a - b);
}

describe("the order in time", () => {
  const awkward = [
    0,
    -0,
    1,
    -1,
    5e-324,
    -5e-324,
    1.5,
    2 ** 31,
    2 ** 53,
    -1e308,
    1e308,
    1_396_321_232,
  ];
  const time = fc.oneof(
    fc.constantFrom(...awkward),
    fc.integer({ min: 1_396_321_232, max: 1_396_321_300 }),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }),
  );

  test("is that of a sort by comparison, ties by session", () => {
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 60 }), (times) => {
        expect([...sessionsAt(times).order("time")]).toEqual(sorted(times));
      }),
      { numRuns: 500 },
    );
  });

  test("is so of many sessions, whose times have all four digits", () => {
    const random = new CounterRandom(8, 1);
    const times = Array.from(
      { length: 70_000 },
      () => (random.next() - 0.5) * 2 ** random.below(60),
    );
    expect([...sessionsAt(times).order("time")]).toEqual(sorted(times));
  });

  test("comes in steps", () => {
    const times = Float64Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 300_007);
    const offsets = Int32Array.from({ length: 300_001 }, (_, i) => i);
    expect([...orderInTime(times, offsets)].length).toBeGreaterThan(12);
  });
});

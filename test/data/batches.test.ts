import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type MiniBatch, sessionParallelBatches } from "../../src/data/batches.js";
import type { SessionRows } from "../../src/data/sessions.js";
import { type NaiveStep, naiveBatches } from "./naive-batches.js";

/** Clicks of sessions as the iterator reads them. */
function rowsOf(sessions: readonly (readonly number[])[]): SessionRows {
  const offsets = [0];
  for (const clicks of sessions) offsets.push(offsets.at(-1)! + clicks.length);
  return { itemIndices: Int32Array.from(sessions.flat()), offsets: Int32Array.from(offsets) };
}

/**
 * Plays an epoch. The hidden state of a slot is the list of clicks that went into it: it moves with
 * `from`, is emptied where `fresh` says so, and takes the input of each step.
 */
function played(
  sessions: readonly (readonly number[])[],
  order: readonly number[],
  batchSize: number,
  least: number,
): NaiveStep[] {
  const steps: NaiveStep[] = [];
  const hidden: number[][] = Array.from({ length: batchSize }, () => [-1]); // stale, if ever read
  const batches = sessionParallelBatches(
    rowsOf(sessions),
    Int32Array.from(order),
    batchSize,
    least,
  );
  for (const { open, inputs, targets, fresh, from, moved } of batches) {
    const isInPlace = from.subarray(0, open).every((source, slot) => source === slot);
    expect(moved || isInPlace, "moves without saying so").toBe(true);
    for (let slot = 0; slot < open; ++slot) {
      expect(from[slot], "a state from a lower slot, overwritten by now").toBeGreaterThanOrEqual(
        slot,
      );
      hidden[slot] = fresh[slot] ? [] : hidden[from[slot]!]!;
    }
    steps.push({
      inputs: [...inputs.subarray(0, open)],
      targets: [...targets.subarray(0, open)],
      seen: hidden.slice(0, open),
    });
    for (let slot = 0; slot < open; ++slot) hidden[slot] = [...hidden[slot]!, inputs[slot]!];
  }
  return steps;
}

const identity = (sessions: readonly unknown[]): number[] => sessions.map((_, session) => session);

/** Sessions of 1 to 6 clicks; every click is another item, so that a mix-up shows. */
const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 14 });
function distinctClicks(lengths: readonly number[]): number[][] {
  let item = 0;
  return lengths.map((length) => Array.from({ length }, () => item++));
}

describe("sessionParallelBatches", () => {
  test("plays the sessions of its picture as the picture says", () => {
    const sessions = [
      [1, 2, 3],
      [4, 5],
      [6, 7, 8, 9],
    ];
    const pairs = played(sessions, [0, 1, 2], 2, 1).map(({ inputs, targets }) =>
      inputs.map((input, slot) => `${input}→${targets[slot]}`),
    );
    expect(pairs).toEqual([["1→2", "4→5"], ["2→3", "6→7"], ["7→8"], ["8→9"]]);
  });

  test("says in the picture where sessions start and where a slot's state stood", () => {
    const log = rowsOf([
      [1, 2, 3],
      [4, 5],
      [6, 7, 8, 9],
    ]);
    const batches = sessionParallelBatches(log, Int32Array.of(0, 1, 2), 2, 1);
    const steps = Array.from(batches, ({ open, fresh, from, moved }) => ({
      fresh: [...fresh.subarray(0, open)],
      from: [...from.subarray(0, open)],
      moved,
    }));
    expect(steps).toEqual([
      { fresh: [1, 1], from: [0, 1], moved: false },
      { fresh: [0, 1], from: [0, 1], moved: false },
      { fresh: [0], from: [1], moved: true },
      { fresh: [0], from: [0], moved: false },
    ]);
  });

  test("plays what the plain simulation plays, hidden states included", () => {
    fc.assert(
      fc.property(
        lengths,
        fc.integer({ min: 1, max: 16 }),
        fc.constantFrom(1, 2),
        (n, B, least) => {
          const sessions = distinctClicks(n);
          expect(played(sessions, identity(sessions), B, least)).toEqual(
            naiveBatches(sessions, B, least),
          );
        },
      ),
      { seed: 11, numRuns: 400 },
    );
  });

  test("takes sessions in the order it is given", () => {
    const sessions = distinctClicks([2, 4, 1, 3]);
    const order = [2, 3, 0, 1];
    expect(played(sessions, order, 2, 1)).toEqual(
      naiveBatches(
        order.map((session) => sessions[session]!),
        2,
        1,
      ),
    );
  });

  test("plays every pair of every session exactly once", () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 16 }), (n, B) => {
        const sessions = distinctClicks(n);
        const pairs = played(sessions, identity(sessions), B, 1).flatMap(({ inputs, targets }) =>
          inputs.map((input, slot) => `${input} ${targets[slot]}`),
        );
        const expected = sessions.flatMap((clicks) =>
          clicks.slice(1).map((target, i) => `${clicks[i]} ${target}`),
        );
        expect(pairs.sort()).toEqual(expected.sort());
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  test("gives every hidden state exactly the session's clicks before the input", () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 16 }), (n, B) => {
        const sessions = distinctClicks(n);
        for (const { inputs, seen } of played(sessions, identity(sessions), B, 1)) {
          for (const [slot, input] of inputs.entries()) {
            const clicks = sessions.find((clicks) => clicks.includes(input))!;
            expect(seen[slot]).toEqual(clicks.slice(0, clicks.indexOf(input)));
          }
        }
      }),
      { seed: 13, numRuns: 200 },
    );
  });

  test("stops when the last slot has no other target to be compared with", () => {
    const sessions = distinctClicks([2, 5, 2]);
    expect(played(sessions, [0, 1, 2], 2, 2).map(({ inputs }) => inputs.length)).toEqual([2, 2]);
  });

  test("opens no more slots than there are sessions", () => {
    const sessions = distinctClicks([3, 3]);
    const [first] = played(sessions, [0, 1], 50, 1);
    expect(first!.inputs).toEqual([0, 3]);
  });

  test.each([1, 2, 7])("plays nothing of sessions of one click with %i slots", (batchSize) => {
    const sessions = distinctClicks([1, 1, 1, 1]);
    expect(played(sessions, identity(sessions), batchSize, 1)).toEqual([]);
  });

  test("passes over a row of one-click sessions to the next that can be played", () => {
    const sessions = distinctClicks([1, 1, 2, 1, 1, 3]);
    const inputs = played(sessions, identity(sessions), 2, 1).map((step) => step.inputs);
    expect(inputs).toEqual([[2, 6], [7]]);
  });

  test("goes on from any position as if it had never stopped", () => {
    const { itemIndices, offsets } = rowsOf(distinctClicks([3, 1, 4, 2, 6, 1, 2, 5, 3]));
    const source = () =>
      sessionParallelBatches(
        { itemIndices, offsets },
        Int32Array.of(8, 1, 2, 0, 4, 5, 6, 7, 3),
        3,
        1,
      );
    const copied = ({ open, inputs, targets, fresh, from, moved }: MiniBatch) => ({
      ...{ open, moved, inputs: [...inputs.subarray(0, open)] },
      ...{ targets: [...targets.subarray(0, open)], fresh: [...fresh.subarray(0, open)] },
      from: [...from.subarray(0, open)],
    });
    const whole = Array.from(source(), copied);
    for (let stop = 0; stop <= whole.length; ++stop) {
      const first = source();
      for (let step = 0; step < stop; ++step) first.next();
      const second = source();
      second.seek(first.position());
      expect(Array.from(second, copied), `after ${stop} steps`).toEqual(whole.slice(stop));
    }
  });

  // Two slots over three sessions of 9 clicks: [sessions taken, open slots, places, ends].
  test.each([
    ["nothing", []],
    ["too few numbers", [2, 2, 0, 3, 3]],
    ["a number too many", [2, 2, 0, 3, 3, 5, 0]],
    ["sessions taken below 0", [-1, 2, 0, 3, 3, 5]],
    ["more sessions taken than there are", [4, 2, 0, 3, 3, 5]],
    ["slots below 0", [2, -1, 0, 3, 3, 5]],
    ["more slots than there are", [2, 3, 0, 3, 3, 5]],
    ["a place before the log", [2, 2, 0, -1, 3, 5]],
    ["an end behind the log", [2, 2, 0, 3, 10, 5]],
  ])("refuses a position with %s", (_, position) => {
    const log = rowsOf(distinctClicks([3, 2, 4]));
    const source = sessionParallelBatches(log, Int32Array.of(0, 1, 2), 2, 1);
    expect(() => source.seek(Int32Array.from(position))).toThrow(
      "checkpoint, position: expected places in these sessions, got others",
    );
    expect(source.next().value?.inputs).toEqual(Int32Array.of(0, 3)); // as if it had not been asked
  });

  test("takes a position at the very ends of what there is", () => {
    const log = rowsOf(distinctClicks([3, 2, 4]));
    const source = sessionParallelBatches(log, Int32Array.of(0, 1, 2), 2, 1);
    source.seek(Int32Array.of(3, 2, 5, 3, 9, 5));
    expect(source.next().value?.inputs).toEqual(Int32Array.of(5, 3));
    source.seek(Int32Array.of(3, 0, 9, 9, 9, 9));
    expect(source.next().done).toBe(true);
  });
});

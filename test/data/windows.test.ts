import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type LossAt,
  type WindowBatch,
  type WindowOptions,
  windowBatches,
  windowsOf,
} from "../../src/data/windows.js";

/** A window as it was played: its items, then its targets. */
type Played = readonly [items: readonly number[], targets: readonly number[]];

/** Sessions of distinct items: 10, 11, … in session 0, 20, 21, … in session 1. */
function rowsOf(lengths: readonly number[], base = 10) {
  const items = lengths.flatMap((n, s) => Array.from({ length: n }, (_, i) => (s + 1) * base + i));
  const offsets = [0];
  for (const n of lengths) offsets.push(offsets.at(-1)! + n);
  return { itemIndices: Int32Array.from(items), offsets: Int32Array.from(offsets) };
}

const upTo = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

/** Every mini-batch as windows, read back from the rows. */
function played(
  lengths: readonly number[],
  options: Partial<WindowOptions> & Pick<WindowOptions, "windowLength" | "lossAt">,
  order?: Int32Array,
  base?: number,
): Played[][] {
  const log = rowsOf(lengths, base);
  const { windowLength, lossAt } = options;
  const windows = windowsOf(log, upTo(lengths.length), windowLength, lossAt);
  const all = order ?? upTo(windows.ends.length);
  const filled = { batchSize: 100, least: 1, ...options };
  const batches: Played[][] = [];
  for (const { open, scored, starts, inputs, targets } of windowBatches(
    log,
    windows,
    all,
    filled,
  )) {
    expect(scored).toBe(lossAt === "every" ? starts[windowLength] : open);
    batches.push(
      Array.from({ length: open }, (_, slot): Played => {
        const rows: number[] = [];
        for (let t = 0; t < windowLength; ++t) {
          if (slot < starts[t + 1]! - starts[t]!) rows.push(starts[t]! + slot);
        }
        const items = rows.map((row) => inputs[row]!);
        if (lossAt === "last") return [items, [targets[slot]!]];
        return [items, rows.map((row) => targets[row]!)];
      }),
    );
  }
  return batches;
}

describe("windows of one session", () => {
  test("predict every click from those before it, at most windowLength", () => {
    expect(played([5], { windowLength: 3, lossAt: "last" }).flat()).toEqual([
      [[10, 11, 12], [13]],
      [[11, 12, 13], [14]],
      [[10, 11], [12]],
      [[10], [11]],
    ]);
  });

  test("are cut into pieces where every click predicts", () => {
    expect(played([5, 4, 2, 1], { windowLength: 3, lossAt: "every" }).flat()).toEqual([
      [
        [10, 11, 12],
        [11, 12, 13],
      ],
      [
        [20, 21, 22],
        [21, 22, 23],
      ],
      [[13], [14]],
      [[30], [31]],
    ]);
  });

  test("are filled up behind their last click by pads that are not masked", () => {
    const pad = 99;
    expect(played([3, 1], { windowLength: 3, lossAt: "last", pad }).flat()).toEqual([
      [[10, 11, 99], [12]],
      [[10, 99, 99], [11]],
    ]);
  });
});

describe("mini-batches of windows", () => {
  test("lie by position and then by slot, longest first, equally long ones in the order given", () => {
    const log = rowsOf([2, 4, 2]);
    const windows = windowsOf(log, upTo(3), 3, "last");
    expect([...windows.ends]).toEqual([1, 3, 4, 5, 7]);
    expect([...windows.lengths]).toEqual([1, 1, 2, 3, 1]);
    const options = { batchSize: 4, windowLength: 3, lossAt: "last", least: 1 } as const;
    const order = Int32Array.of(4, 2, 0, 3, 1);
    const batches = Array.from(windowBatches(log, windows, order, options), (batch) => ({
      ...{ open: batch.open, starts: [...batch.starts] },
      inputs: [...batch.inputs.subarray(0, batch.starts[3])],
      targets: [...batch.targets.subarray(0, batch.scored)],
    }));
    expect(batches).toEqual([
      {
        ...{ open: 4, starts: [0, 4, 6, 7] },
        ...{ inputs: [20, 20, 30, 10, 21, 21, 22], targets: [23, 22, 31, 11] },
      },
      { open: 1, starts: [0, 1, 1, 1], inputs: [20], targets: [21] },
    ]);
  });

  test("leave out a lone target where only other targets are negatives", () => {
    const options = { windowLength: 4, lossAt: "last", batchSize: 2 } as const;
    expect(played([4], { ...options, least: 2 })).toHaveLength(1);
    expect(played([4], { ...options, least: 1 })).toHaveLength(2);
  });

  test("go on from any position as if they had never stopped", () => {
    const log = rowsOf([3, 6, 2, 5]);
    const windows = windowsOf(log, upTo(4), 3, "last");
    const options = { batchSize: 3, windowLength: 3, lossAt: "last", least: 1 } as const;
    const source = () => windowBatches(log, windows, upTo(windows.ends.length).reverse(), options);
    const copied = ({ starts, inputs, targets, scored }: WindowBatch) => [
      [...starts],
      [...inputs.subarray(0, starts[3])],
      [...targets.subarray(0, scored)],
    ];
    const whole = Array.from(source(), copied);
    for (let stop = 0; stop <= whole.length; ++stop) {
      const first = source();
      for (let step = 0; step < stop; ++step) first.next();
      const second = source();
      second.seek(first.position());
      expect(Array.from(second, copied), `after ${stop} steps`).toEqual(whole.slice(stop));
    }
  });

  test.each([[[]], [[-1]], [[4]], [[1, 1]]])("do not go on from %j of three", (position) => {
    const log = rowsOf([4]);
    const windows = windowsOf(log, upTo(1), 3, "last");
    const options = { batchSize: 2, windowLength: 3, lossAt: "last", least: 1 } as const;
    const source = windowBatches(log, windows, upTo(3), options);
    expect(() => source.seek(Int32Array.from(position))).toThrow(
      `checkpoint, position: expected a place in these windows, got ${position[0] ?? -1}`,
    );
    source.seek(Int32Array.of(3));
    expect(source.next().done).toBe(true);
  });

  test("have room for the targets that count, and no more", () => {
    const log = rowsOf([6]);
    for (const lossAt of ["last", "every"] as const) {
      const windows = windowsOf(log, upTo(1), 3, lossAt);
      const options = { batchSize: 2, windowLength: 3, lossAt, least: 1 };
      const [batch] = windowBatches(log, windows, upTo(windows.ends.length), options);
      expect(batch!.targets).toHaveLength(lossAt === "last" ? 2 : 6);
    }
  });

  const logs = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 12 });
  const modes = fc.constantFrom<LossAt>("last", "every");

  test("play every click but the first of a session as a target once, after what came before it", () => {
    fc.assert(
      fc.property(
        ...([logs, modes, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })] as const),
        (lengths, lossAt, windowLength, batchSize) => {
          const windows = played(
            lengths,
            { windowLength, lossAt, batchSize },
            undefined,
            100,
          ).flat();
          const targets = windows.flatMap(([, list]) => list).sort((a, b) => a - b);
          const expected = lengths.flatMap((n, s) =>
            Array.from({ length: n - 1 }, (_, i) => (s + 1) * 100 + i + 1),
          );
          expect(targets).toEqual(expected);
          for (const [items, list] of windows) {
            // Items of a session are consecutive numbers: so are a window and what follows it.
            const first = items[0]!;
            expect(items).toEqual(items.map((_, i) => first + i));
            expect(list.at(-1)).toBe(first + items.length);
            expect(items.length).toBeLessThanOrEqual(windowLength);
            const before = (first + items.length) % 100;
            if (lossAt === "last") expect(items.length).toBe(Math.min(windowLength, before));
            else expect(list).toEqual(items.map((item) => item + 1));
          }
        },
      ),
    );
  });

  test("hold the same windows in any order of the epoch", () => {
    fc.assert(
      fc.property(logs, modes, (lengths, lossAt) => {
        const options = { windowLength: 4, lossAt, batchSize: 3 };
        const straight = played(lengths, options).flat();
        const backwards = upTo(straight.length).reverse();
        const sorted = (list: Played[]): string[] => list.map(String).sort();
        expect(sorted(played(lengths, options, backwards).flat())).toEqual(sorted(straight));
      }),
    );
  });
});

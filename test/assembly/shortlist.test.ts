/** Lists of many states by way of bytes: what is listed, what is scored, and that builds agree. */

import { beforeAll, describe, expect, test } from "vitest";
import { CounterRandom } from "../../src/random.js";
import { topItems } from "../reference/ranking.js";
import { Bench, type Floats, standardBuilds, type Words } from "./harness.js";

interface Shape {
  readonly I: number;
  readonly S: number;
  readonly K: number;
  readonly count: number;
}

// Tails of rows and states, one of all, more than a block of rows, the paper's 100 columns.
const shapes: readonly Shape[] = [
  { I: 1, S: 1, K: 4, count: 1 },
  { I: 9, S: 5, K: 8, count: 3 },
  { I: 131, S: 9, K: 36, count: 20 },
  { I: 400, S: 13, K: 100, count: 7 },
  { I: 300, S: 4, K: 516, count: 40 },
];
const ROOM = 160;

describe.each(standardBuilds)("shortlists, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  test.each(shapes)("hold the rows whose bound is above, $I rows, $S states of $K", (shape) => {
    const { I, S, count } = shape;
    bench.intact(); // forget what an earlier case left
    const made = quantized(bench, shape);
    // Ends somewhere among the bounds, so that some rows are above and many are not.
    const ends = made.bounds.map(
      (bounds) => Float32Array.from(bounds).sort()[Math.floor(0.8 * I)]!,
    );
    for (const [b, end] of ends.entries()) made.topScores.values[b * count + count - 1] = end;
    const rows = Array.from({ length: S }, () => [] as number[]);
    for (let begin = 0; begin < I; ) {
      begin = list(bench, made, shape, begin, I);
      for (const [b, listed] of rows.entries()) {
        const length = made.lengths.values[b]!;
        listed.push(...made.lists.values.subarray(b * ROOM, b * ROOM + length));
      }
      made.lengths.values.fill(0);
    }
    for (const [b, listed] of rows.entries()) {
      const bounds = made.bounds[b]!;
      expect(listed).toEqual([...bounds.keys()].filter((i) => bounds[i]! > ends[b]!));
    }
    expect(bench.intact()).toBe(true);
  });

  test.each(shapes)(
    "are settled into the lists of all scores, $I rows, $S states of $K",
    (shape) => {
      const { I, S, K, count } = shape;
      const W = K + 4;
      bench.intact();
      const made = quantized(bench, shape);
      const { kernels } = bench;
      const scores = bench.scratch(ROOM);
      for (let begin = 0; begin < I; ) {
        const end = Math.min(I, begin === 0 ? 8 : 2 * begin);
        begin = list(bench, made, shape, begin, end);
        kernels.topKListedRows(
          ...([made.lists.ptr, made.lengths.ptr, ROOM, scores.ptr, made.table.ptr, W] as const),
          ...([made.hidden.ptr, W, made.topScores.ptr, made.topItems.ptr, count, 0, S] as const),
        );
        expect([...made.lengths.values.subarray(0, S)]).toEqual(new Array(S).fill(0));
      }
      const all = bench.scratch(Math.ceil(I / 4) * 4);
      for (let b = 0; b < S; ++b) {
        kernels.dotRows(all.ptr, 0, I, made.table.ptr, W, made.hidden.ptr + 4 * b * W, W);
        const plain = Array.from(all.values.subarray(0, I));
        const best = topItems(plain, Math.min(count, I));
        const own = (x: Words | Floats): number[] => [
          ...x.values.slice(b * count, b * count + best.length),
        ];
        expect(own(made.topItems)).toEqual(best);
        expect(own(made.topScores)).toEqual(best.map((i) => plain[i]!));
        for (const i of best) {
          let exact = 0;
          for (let k = 0; k < W; ++k)
            exact += made.table.values[i * W + k]! * made.hidden.values[b * W + k]!;
          expect(Math.abs(plain[i]! - exact)).toBeLessThan(1e-5);
        }
      }
      expect(bench.intact()).toBe(true);
    },
  );

  test("stop before there may be no room", () => {
    const shape = { I: 400, S: 3, K: 8, count: 1 };
    bench.intact();
    const made = quantized(bench, shape); // ends are −∞: every row is above
    expect(list(bench, made, shape, 0, 400)).toBe(128);
    expect([...made.lengths.values.subarray(0, 3)]).toEqual([128, 128, 128]);
    expect(list(bench, made, shape, 128, 400)).toBe(128);
    made.lengths.values.set([0, ROOM - 127, 0]);
    expect(list(bench, made, shape, 128, 400)).toBe(128);
    made.lengths.values.set([0, ROOM - 128, 0]);
    expect(list(bench, made, shape, 128, 400)).toBe(256);
    expect(bench.intact()).toBe(true);
  });
});

type Made = ReturnType<typeof quantized>;

/** Rows and states, their bytes, and all bounds one state at a time. */
function quantized(bench: Bench, { I, S, K, count }: Shape) {
  const { kernels } = bench;
  const W = K + 4;
  const random = new CounterRandom(I, 5, S, K);
  const draw = (length: number): Float32Array =>
    Float32Array.from({ length }, () => random.next() - 0.5);
  const table = bench.floats(draw(I * W));
  const hidden = bench.floats(draw(Math.ceil(S / 8) * 8 * W));
  for (let i = 0; i < I; ++i) table.values.fill(0, i * W + K + 1, (i + 1) * W);
  for (let b = 0; b < S; ++b) hidden.values.set([1, 0, 0, 0], b * W + K);
  const room = Math.ceil(I / 16) * 16;
  const rows = bench.scratch((room * K) / 4);
  const scales = bench.floats(new Float32Array(room));
  const biases = bench.floats(new Float32Array(room).fill(Number.NEGATIVE_INFINITY));
  const norms = bench.doubles(4);
  kernels.quantizeRows(rows.ptr, scales.ptr, biases.ptr, norms.ptr, table.ptr, W, K, 0, I);
  const wide = Math.ceil(S / 8) * 8;
  const [units, added] = [
    bench.floats(new Float32Array(wide)),
    bench.floats(new Float32Array(wide)),
  ];
  const states = bench.floats(new Float32Array((wide * K) / 2));
  const state = [states.ptr, units.ptr, added.ptr] as const;
  const [out, peaks] = [bench.scratch(room), bench.scratch(Math.ceil(I / 64) * 4)];
  const bounds = Array.from({ length: S }, (_, b) => {
    kernels.quantizeStates(...state, norms.ptr, hidden.ptr + 4 * b * W, W, K, 0, 1);
    kernels.boundRows(out.ptr, peaks.ptr, rows.ptr, scales.ptr, biases.ptr, ...state, K, I);
    return out.values.slice(0, I);
  });
  kernels.quantizeStates(...state, norms.ptr, hidden.ptr, W, K, 0, S);
  return {
    ...{ table, hidden, rows, scales, biases, state, bounds },
    lists: bench.words(new Int32Array(wide * ROOM)),
    lengths: bench.words(new Int32Array(wide)),
    topScores: bench.floats(new Float32Array(wide * count).fill(Number.NEGATIVE_INFINITY)),
    topItems: bench.words(new Int32Array(wide * count).fill(-1)),
  };
}

/** One call, after which those who stand in for states beyond the last wait for nothing. */
function list(
  bench: Bench,
  made: Made,
  { S, K, count }: Shape,
  begin: number,
  end: number,
): number {
  const done = bench.kernels.listRowsAboveEnds(
    ...([made.lists.ptr, made.lengths.ptr, ROOM] as const),
    ...([made.rows.ptr, made.scales.ptr, made.biases.ptr, K, ...made.state] as const),
    ...([made.topScores.ptr, count, Math.ceil(S / 4) * 4, begin, end] as const),
  );
  made.lengths.values.fill(0, S);
  return done;
}

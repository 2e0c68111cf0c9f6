import { beforeAll, describe, expect, test } from "vitest";
import { type Activation, derivative } from "../reference/activations.js";
import { type Loss, lossAndGradient } from "../reference/losses.js";
import { absoluteError, Bench, builds, Inputs, relativeError } from "./harness.js";

const losses: Loss[] = ["cross-entropy", "bpr", "top1", "bpr-max", "top1-max"];

/** Codes of assembly/activation.ts; the pairwise losses apply the slope of the final activation. */
const finals: { code: number; a: number; lambda: number; f: Activation }[] = [
  { code: 0, a: 0, lambda: 0, f: { kind: "linear" } },
  { code: 1, a: 0, lambda: 0, f: { kind: "relu" } },
  { code: 2, a: 0, lambda: 0, f: { kind: "tanh" } },
  { code: 3, a: 0.25, lambda: 0, f: { kind: "leaky", slope: 0.25 } },
  { code: 4, a: 0.5, lambda: 0, f: { kind: "elu", a: 0.5 } },
  { code: 5, a: 1.75, lambda: 1.0625, f: { kind: "selu", a: 1.75, lambda: 1.0625 } },
];
const linear = finals[0]!;

/** Below it a gradient counts as 0: f64 itself cancels there when a loss is flat. */
const FLOOR = 1e-9;

interface Case {
  readonly loss: Loss;
  readonly B: number;
  readonly N: number;
  /** Activated score of slot b and item n. */
  readonly score: (b: number, n: number) => number;
  readonly final?: (typeof finals)[number];
  readonly bprReg?: number;
  readonly smoothing?: number;
  readonly batchSize?: number;
  /** Cuts of the slots, multiples of 4; the last may be B. */
  readonly cuts?: readonly number[];
  readonly ld?: number;
}

describe.each(builds)("losses, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  /** Losses of the slots, gradients row-major as the reference has them, and all that was written. */
  function run(c: Case): { sums: Float32Array; gradient: Float32Array; raw: Float32Array } {
    const { B, N } = c;
    const k = bench.kernels;
    const final = c.final ?? linear;
    const ld = c.ld ?? Math.ceil(B / 4) * 4;
    const rows = Math.max(N, Math.ceil(B / 4) * 4);
    const values = new Inputs(99).uniform(rows * ld); // closed slots hold anything finite
    for (let n = 0; n < N; ++n) for (let b = 0; b < B; ++b) values[n * ld + b] = c.score(b, n);
    const scores = bench.floats(values);
    const sums = bench.scratch(ld);
    const terms = bench.scratch((c.loss === "bpr-max" ? 4 : 8) * N).ptr;
    const scale = 1 / (c.batchSize ?? 1);
    const cuts = c.cuts ?? [0, B];
    for (let i = 0; i + 1 < cuts.length; ++i) {
      const [begin, end] = [cuts[i]!, cuts[i + 1]!];
      const [s, out] = [scores.ptr, sums.ptr];
      const { code, a, lambda } = final;
      if (c.loss === "cross-entropy") {
        k.crossEntropy(s, ld, N, out, c.smoothing ?? 0, B, scale, begin, end);
      } else if (c.loss === "top1-max") {
        k.top1Max(s, ld, N, out, terms, code, a, lambda, B, scale, begin, end);
      } else if (c.loss === "bpr-max") {
        k.bprMax(s, ld, N, out, terms, code, a, lambda, c.bprReg ?? 1, B, scale, begin, end);
      } else {
        const kernel = c.loss === "bpr" ? k.bpr : k.top1;
        kernel(s, ld, N, out, code, a, lambda, B, scale, begin, end);
      }
    }
    const gradient = new Float32Array(B * N);
    for (let b = 0; b < B; ++b) {
      for (let n = 0; n < N; ++n) gradient[b * N + n] = scores.values[n * ld + b]!;
    }
    const result = { sums: sums.values.slice(0, B), gradient, raw: scores.values.slice() };
    for (let n = 0; n < N; ++n) {
      for (let b = B; b < Math.ceil(B / 4) * 4; ++b) expect(result.raw[n * ld + b]! + 0).toBe(0);
    }
    expect(bench.intact()).toBe(true);
    return result;
  }

  /** The same by the reference. */
  function want(c: Case): { sums: Float64Array; gradient: Float64Array } {
    const { B, N } = c;
    const f = (c.final ?? linear).f;
    const options = { bprReg: c.bprReg ?? 1, smoothing: Math.fround(c.smoothing ?? 0) };
    const Y = new Float64Array(B * N);
    for (let b = 0; b < B; ++b) {
      for (let n = 0; n < N; ++n) Y[b * N + n] = Math.fround(c.score(b, n));
    }
    const all = lossAndGradient(c.loss, Y, B, N, c.batchSize ?? 1, options);
    const sums = new Float64Array(B);
    for (let b = 0; b < B; ++b) {
      // One slot's own loss: its row with its target moved to column 0.
      const row = Y.slice(b * N, (b + 1) * N);
      [row[0], row[b]] = [row[b]!, row[0]!];
      sums[b] = lossAndGradient(c.loss, row, 1, N, 1, options).loss;
    }
    return { sums, gradient: all.dY.map((g, i) => g * derivative(f, Y[i]!)) };
  }

  /** Errors of the losses (relative, floor 1) and of the gradient (of the largest of its slot). */
  function errors(c: Case): { loss: number; gradient: number } {
    const got = run(c);
    const expected = want(c);
    let gradient = 0;
    for (let b = 0; b < c.B; ++b) {
      const row = expected.gradient.subarray(b * c.N, (b + 1) * c.N);
      const largest = Math.max(...row.map(Math.abs), FLOOR);
      const error = absoluteError(got.gradient.subarray(b * c.N, (b + 1) * c.N), row) / largest;
      if (!(error <= gradient)) gradient = error;
    }
    return { loss: relativeError(got.sums, expected.sums, 1), gradient };
  }

  const table = (seed: number, B: number, N: number, scale: number) => {
    const values = new Inputs(seed).uniform(B * N, scale);
    return (b: number, n: number): number => values[b * N + n]!;
  };
  /** Activated scores of the range that the activation has. */
  const reach = (f: Activation): number =>
    f.kind === "tanh" ? 0.99 : f.kind === "elu" ? 0.49 : 1.5;

  describe.each(losses)("%s", (loss) => {
    // Losses within 1e-6; gradients within 5e-6 of the slot's largest: a sum of N terms, and in
    // TOP1-max u + v − L cancels. In-batch only, one slot, odd counts, more than one block of 64 rows, the paper's 32 + 2048.
    const shapes = [
      [1, 2],
      [2, 2],
      [3, 3],
      [3, 7],
      [4, 64],
      [5, 65],
      [7, 131],
      [32, 32],
      [32, 2080],
    ] as const;
    test.each(shapes)("agrees with its definition at B = %i, N = %i", (B, N) => {
      const c = { loss, B, N, score: table(B + N, B, N, 3), batchSize: 32 };
      const { loss: sum, gradient } = errors(c);
      expect(sum).toBeLessThan(1e-6);
      expect(gradient).toBeLessThan(5e-6);
    });

    test("is the same however the slots are cut", () => {
      const c = { loss, B: 11, N: 40, score: table(5, 11, 40, 2), batchSize: 16 };
      const whole = run(c);
      expect(run({ ...c, cuts: [0, 4, 11] })).toEqual(whole);
      expect(run({ ...c, cuts: [0, 4, 8, 8, 11] })).toEqual(whole);
    });

    test("leaves the slots outside [begin, end) untouched", () => {
      const [B, N, ld] = [8, 10, 12];
      const score = table(6, B, N, 2);
      const { raw, sums } = run({ loss, B, N, score, ld, cuts: [4, 8] });
      for (let n = 0; n < N; ++n) {
        for (let b = 0; b < 4; ++b) expect(raw[n * ld + b]).toBe(Math.fround(score(b, n)));
      }
      expect([...sums.subarray(0, 4)].every(Number.isNaN)).toBe(true);
    });

    test("takes a wider leading dimension", () => {
      const c = { loss, B: 5, N: 9, score: table(7, 5, 9, 2), ld: 20 };
      expect(errors(c).gradient).toBeLessThan(3e-6);
    });

    // Targets far above, far below, everything equal, one negative far above the rest.
    const extremes: [string, (b: number, n: number) => number][] = [
      ["all scores equal", () => 0.75],
      ["all scores 0", () => 0],
      ["the target 60 above", (b, n) => (b === n ? 30 : -30 + 0.01 * n)],
      ["the target 60 below", (b, n) => (b === n ? -30 : 30 + 0.01 * n)],
      ["one negative 40 above", (b, n) => (n === 5 ? 40 : 0.1 * b - 0.05 * n)],
      ["scores of ±80", (b, n) => ((b + n) % 2 ? 80 : -80)],
    ];
    test.each(extremes)("holds with %s", (_, score) => {
      const { loss: sum, gradient } = errors({ loss, B: 4, N: 9, score });
      expect(sum).toBeLessThan(1e-6);
      expect(gradient).toBeLessThan(1e-5);
    });
  });

  describe.each(losses.slice(1))("%s", (loss) => {
    test.each(finals)("applies the slope of $f.kind", (final) => {
      const [B, N] = [6, 21];
      const score = table(8, B, N, reach(final.f));
      const positive = final.f.kind === "relu";
      const c = {
        loss,
        B,
        N,
        final,
        batchSize: 8,
        score: (b: number, n: number) => (positive ? Math.max(0, score(b, n)) : score(b, n)),
      };
      expect(errors(c).gradient).toBeLessThan(3e-6);
    });
  });

  // Two rows share the softmax, 300 above the others: were they not seen, it would saturate and count the rest.
  test.each(losses)("%s sees the highest scores wherever they stand", (loss) => {
    const [B, N] = [7, 14];
    for (let high = 0; high < N; ++high) {
      const score = (b: number, n: number): number =>
        n === high ? 300 : n === (high + 1) % N ? 299 : (b - n) / 16;
      const { loss: sum, gradient } = errors({ loss, B, N, score, bprReg: 0.01 });
      expect(sum).toBeLessThan(1e-5);
      expect(gradient).toBeLessThan(1e-5);
    }
  });

  test.each([0, 0.5, 1.85, 40])("bpr-max takes bprReg %d", (bprReg) => {
    const c = { loss: "bpr-max" as const, B: 7, N: 50, bprReg, score: table(9, 7, 50, 2) };
    const { loss, gradient } = errors(c);
    expect(loss).toBeLessThan(1e-6);
    expect(gradient).toBeLessThan(3e-6);
  });

  test.each([0.05, 0.5, 0.95])("cross-entropy takes smoothing %d", (smoothing) => {
    for (const N of [2, 9, 500]) {
      const B = 2;
      const c = { loss: "cross-entropy" as const, B, N, smoothing, score: table(10, B, N, 4) };
      const { loss, gradient } = errors(c);
      expect(loss).toBeLessThan(1e-6);
      expect(gradient).toBeLessThan(3e-6);
    }
  });

  // Added up one by one, equal terms are off by 1e-4: all roundings go the same way.
  test.each(losses)("%s is accurate over 20,000 rows whose terms are equal", (loss) => {
    const score = (b: number, n: number): number => (n === b ? 0.3 : 0.2 - 0.3 * (b + 1));
    const { loss: sum, gradient } = errors({ loss, B: 4, N: 20_000, score, bprReg: 0.5 });
    expect(sum).toBeLessThan(1e-5);
    expect(gradient).toBeLessThan(1e-5);
  });

  test.each([5, 4])("shiftRows takes each row's shift off %i slots of [begin, end)", (B) => {
    const [N, ld] = [6, 8];
    const x = new Inputs(11).uniform(N * ld);
    const shift = new Inputs(12).uniform(N, 9);
    const scores = bench.floats(x);
    bench.kernels.shiftRows(scores.ptr, ld, bench.floats(shift).ptr, B, 1, 4);
    for (let n = 0; n < N; ++n) {
      for (let b = 0; b < B; ++b) {
        const want = n >= 1 && n < 4 ? Math.fround(x[n * ld + b]! - shift[n]!) : x[n * ld + b];
        expect(scores.values[n * ld + b]).toBe(want);
      }
      for (let b = Math.ceil(B / 4) * 4; b < ld; ++b) {
        expect(scores.values[n * ld + b]).toBe(x[n * ld + b]);
      }
    }
    expect(bench.intact()).toBe(true);
  });

  test("the published known answers", () => {
    const rows = [
      [0.5, -1, 2, 0.25],
      [0.1, 0.3, -0.7, 1.2],
    ];
    const score = (b: number, n: number): number => rows[b]![n]!;
    const sum = (loss: Loss, options: Partial<Case> = {}): number => {
      const { sums } = run({ loss, B: 2, N: 4, score, ...options });
      return sums[0]! + sums[1]!;
    };
    const answers: [number, number][] = [
      [sum("cross-entropy"), 3.4053315434],
      [sum("cross-entropy", { smoothing: 0.1 }), 3.4236648767],
      [sum("bpr"), 6.0176147686],
      [sum("top1"), 2.0069084433],
      [sum("top1-max"), 2.9719086103],
      [sum("bpr-max", { bprReg: 0 }), 2.2746098842],
      [sum("bpr-max", { bprReg: 1 }), 6.6163779581],
    ];
    for (const [got, known] of answers) expect(Math.abs(got - known)).toBeLessThan(1e-6);

    // BPR-max after elu-0.5; the slope is the kernel's, the values come activated.
    const elu = (y: number): number => (y >= 0 ? y : 0.5 * Math.expm1(y));
    const after = sum("bpr-max", { score: (b, n) => elu(score(b, n)), final: finals[4]! });
    expect(Math.abs(after - 6.3115034482)).toBeLessThan(1e-6);
    // Cross-entropy with logQ 1, counts 3 7 2 9, the last two sampled with α = 0.5.
    const ln = [3, 7, 2, 9].map((count, n) => Math.log(count) * (n < 2 ? 1 : 0.5));
    const shifted = sum("cross-entropy", { score: (b, n) => score(b, n) - ln[n]! });
    expect(Math.abs(shifted - 4.7805395593)).toBeLessThan(1e-6);
  });
});

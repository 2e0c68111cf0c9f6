/**
 * The losses over random shapes and awkward scores, against f64: a slot's loss within 1e-5 of its
 * size, its gradients within 1e-5 of the slot's largest and the rounding of the terms that cancel in
 * them (sums run over blocks of 64): probabilities of up to 1 and, in BPR-max, λ times squares.
 */

import { beforeAll, describe, expect, test } from "vitest";
import { type Activation, derivative } from "../reference/activations.js";
import { type Loss, rowLoss } from "../reference/losses.js";
import { Awkward } from "./awkward.js";
import { Bench, builds } from "./harness.js";

const CASES = 600;

/** Below it a gradient counts as 0: f64 itself cancels there when a loss is flat. */
const FLOOR = 1e-9;

/** The largest square: the size of the terms that cancel in the gradient of BPR-max. */
const squares = (y: Float64Array): number => y.reduce((most, v) => Math.max(most, v * v), 0);

/** Codes of assembly/activation.ts with a score that the activation can give, of one of any size. */
const finals: { code: number; a: number; lambda: number; f: Activation; of(y: number): number }[] =
  [
    { code: 0, a: 0, lambda: 0, f: { kind: "linear" }, of: (y) => y },
    { code: 1, a: 0, lambda: 0, f: { kind: "relu" }, of: (y) => Math.max(y, 0) },
    { code: 2, a: 0, lambda: 0, f: { kind: "tanh" }, of: (y) => Math.fround(0.03 * y) },
    { code: 3, a: 0.25, lambda: 0, f: { kind: "leaky", slope: 0.25 }, of: (y) => y },
    { code: 4, a: 0.5, lambda: 0, f: { kind: "elu", a: 0.5 }, of: (y) => Math.max(y, -0.49) },
    {
      ...{ code: 5, a: 1.75, lambda: 1.0625, f: { kind: "selu", a: 1.75, lambda: 1.0625 } },
      of: (y) => Math.max(y, -1.8),
    },
  ];

describe.each(builds.filter(({ shared }) => !shared))("random shapes, $numerics", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  test.each<Loss>(["cross-entropy", "bpr", "top1", "bpr-max", "top1-max"])(
    `%s and its gradient, ${CASES} shapes`,
    (loss) => {
      for (let seed = 0; seed < CASES; ++seed) {
        const random = new Awkward(seed + 30_000);
        const B = random.size(1, 13);
        const least = loss === "cross-entropy" ? B : Math.max(2, B); // a loss of ranks needs a rival
        const N = random.size(least, seed % 20 === 0 ? 150 : least + 20, 64);
        const final = loss === "cross-entropy" ? finals[0]! : random.pick(finals);
        const bprReg = loss === "bpr-max" ? random.pick([0, 0.5, 1, 3]) : 0;
        const smoothing = N > 1 ? random.pick([0, 0, 0.125, 0.5]) : 0;
        const batchSize = B + random.size(0, 5);
        const ld = Math.ceil(B / 4) * 4 + random.pick([0, 4]);
        const padded = Math.ceil(B / 4) * 4;
        const rows = Math.max(N + 1, padded); // one more than there are, which nobody may touch
        const values = random.floats(rows * ld, random.pick([1, 4, 30])).map(final.of);
        const scores = bench.floats(values);
        const losses = bench.scratch(ld);
        const terms = bench.scratch((loss === "bpr-max" ? 4 : 8) * N).ptr;
        const matrix = [scores.ptr, ld, N, losses.ptr] as const;
        const range = [B, 1 / batchSize, 0, B] as const;
        const activation = [final.code, final.a, final.lambda] as const;
        const k = bench.kernels;
        if (loss === "cross-entropy") k.crossEntropy(...matrix, smoothing, ...range);
        else if (loss === "bpr-max") k.bprMax(...matrix, terms, ...activation, bprReg, ...range);
        else if (loss === "top1-max") k.top1Max(...matrix, terms, ...activation, ...range);
        else (loss === "bpr" ? k.bpr : k.top1)(...matrix, ...activation, ...range);

        for (let b = 0; b < B; ++b) {
          const y = Float64Array.from({ length: N }, (_, n) => values[n * ld + b]!);
          const gradient = new Float64Array(N);
          const sum = rowLoss(loss, y, b, gradient, { bprReg, smoothing });
          const where = `seed ${seed}: ${loss}, ${final.f.kind}, slot ${b} of [${N}, ${B}]`;
          if (!(Math.abs(losses.values[b]! - sum) <= 1e-5 * Math.max(1, Math.abs(sum)))) {
            throw new Error(`${where}: expected a loss of ${sum}, got ${losses.values[b]}`);
          }
          const wanted = gradient.map((g, n) => (g * derivative(final.f, y[n]!)) / batchSize);
          const largest = wanted.reduce((size, g) => Math.max(size, Math.abs(g)), FLOOR);
          const rounding = (64 * 2 ** -24 * (1 + bprReg * squares(y))) / batchSize;
          for (let n = 0; n < N; ++n) {
            const got = scores.values[n * ld + b]!;
            if (Math.abs(got - wanted[n]!) <= 1e-5 * largest + rounding) continue;
            throw new Error(`${where}, row ${n}: expected ${wanted[n]}, got ${got}`);
          }
        }
        for (let b = B; b < Math.ceil(B / 4) * 4; ++b) {
          for (let n = 0; n < N; ++n) expect(scores.values[n * ld + b]! + 0).toBe(0);
        }
        const beyond = Math.max(N, padded) * ld;
        expect(scores.values.subarray(beyond)).toEqual(values.subarray(beyond));
        if (!bench.intact()) throw new Error(`seed ${seed}: wrote beside its buffers`);
      }
    },
  );
});

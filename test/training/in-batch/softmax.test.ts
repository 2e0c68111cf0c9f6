import { describe, expect, test } from "vitest";
import { ln } from "../../../src/portable-math.js";
import { share } from "../../../src/threads/program.js";
import { type RowMemory, rowWriter } from "../../../src/training/in-batch/rows.js";
import { BatchSoftmax } from "../../../src/training/in-batch/softmax.js";
import { planSoftmax, type SoftmaxOptions } from "../../../src/training/in-batch/softmax-memory.js";
import { Arena } from "../../../src/wasm/arena.js";
import {
  absoluteError,
  type Build,
  builds,
  Inputs,
  linkBuild,
  relativeError,
} from "../../assembly/harness.js";
import { type RetrievalResult, retrievalLoss } from "../../reference/retrieval.js";

interface Options {
  readonly corrects?: boolean;
  readonly removesHits?: boolean;
  readonly hardNegatives?: number;
  readonly excludes?: boolean;
}

/** M queries, then as many drawn candidates; occurrences of one item have one vector. */
interface Case {
  readonly M: number;
  readonly drawn: number;
  readonly W: number;
  readonly items: number;
  readonly options: Options;
  /** i32[M + drawn] */
  readonly occurrences: Int32Array;
  /** f32[M, W] and f32[items, W] */
  readonly queries: Float32Array;
  readonly vectors: Float32Array;
  /** f32[items] probability as an own candidate and as a drawn one. */
  readonly ownQ: Float32Array;
  readonly drawnQ: Float32Array;
  readonly weights: Float32Array;
  /** Of each query: items that it is not compared with; every third has none. */
  readonly excluded: readonly number[][];
}

function caseOf(M: number, drawn: number, W: number, options: Options = {}): Case {
  const inputs = new Inputs(M * 1000 + drawn);
  const items = Math.max(2, Math.ceil((M + drawn) / 3));
  const probabilities = () =>
    options.corrects
      ? inputs.uniform(items, 0.5).map((q) => q + 0.5)
      : new Float32Array(items).fill(1);
  const occurrences = inputs.below(items, M + drawn);
  const excluded = Array.from({ length: M }, (_, b) =>
    options.excludes && b % 3 > 0
      ? [...inputs.below(items, 1 + (b % 7))].filter((item) => item !== occurrences[b])
      : [],
  );
  return {
    ...{ M, drawn, W, items, options, occurrences, excluded },
    ...{ queries: inputs.uniform(M * W, 1.5), vectors: inputs.uniform(items * W, 1.5) },
    ...{ ownQ: probabilities(), drawnQ: probabilities() },
    weights: inputs.uniform(M).map((weight) => weight + 1),
  };
}

/** By definition: every occurrence is a candidate; gradients are summed by item. */
function expected({ options, ...c }: Case): RetrievalResult {
  const { M, W, items, occurrences, vectors, queries, weights } = c;
  const N = occurrences.length;
  const candidates = Array.from(occurrences, (item) => [
    ...vectors.subarray(item * W, (item + 1) * W),
  ]).flat();
  const result = retrievalLoss({
    ...{ M, N, W, queries, candidates, weights },
    probability: Array.from(occurrences, (item, o) => (o < M ? c.ownQ : c.drawnQ)[item]!),
    ...(options.removesHits && { items: occurrences }),
    masked: (b, j) => c.excluded[b]!.includes(occurrences[j]!),
    ...(options.hardNegatives && { hardNegatives: options.hardNegatives }),
  });
  const dCandidates = new Float64Array(items * W);
  for (const [o, item] of occurrences.entries()) {
    for (let k = 0; k < W; ++k) dCandidates[item * W + k]! += result.dCandidates[o * W + k]!;
  }
  return { ...result, dCandidates };
}

/** Runs a case in the memory of larger batches, as `threads` threads one after the other. */
async function run(
  build: Build,
  { options, M, drawn, W, items, queries, vectors, occurrences, ...c }: Case,
  threads: number,
  more = 0,
): Promise<RetrievalResult> {
  const arena = new Arena();
  const plan = (n: number) => arena.plan(n);
  const { removesHits = false, hardNegatives = 0, excludes = false } = options;
  const softmaxOptions: SoftmaxOptions = { removesHits, hardNegatives, excludes };
  const n = M + drawn;
  const shape = { B: M + more, N: n + more, W };
  const tensors = { queries: plan(shape.B * W), candidates: plan(shape.N * W) };
  const softmax = planSoftmax(arena, { ...shape, ...tensors }, threads);
  const table = { ptr: 0, rows: items, width: W, stride: W, length: 0 };
  const candidateRows = {
    ...{ table, distinct: plan(n), first: plan(n), last: plan(n), next: plan(n) },
    ...{ addresses: plan(n), places: plan(items) },
  };
  const memory: RowMemory = {
    ...{ softmax, candidateRows, occurrences: plan(n) },
    columns: { lnTargets: plan(items), lnDrawn: plan(items) },
  };
  // Examples stand in the lists in another order than in the batch.
  const lists = c.excluded.toReversed();
  const excluded = { played: plan(M), excludedStarts: plan(M + 1), excluded: plan(M * 7) };
  const kernels = await linkBuild(build, arena.commit(build.shared));
  for (const tensor of [softmax.dQueries, softmax.dCandidates, softmax.parts, softmax.losses]) {
    arena.floats(tensor).fill(Number.NaN);
  }
  arena.floats(memory.columns.lnTargets).set(c.ownQ.map(ln));
  arena.floats(memory.columns.lnDrawn).set(c.drawnQ.map(ln));
  arena.integers(memory.occurrences).set(occurrences);
  arena.integers(excluded.played).set(lists.map((_, b) => M - 1 - b));
  arena.integers(excluded.excluded).set(lists.flat());
  const starts = arena.integers(excluded.excludedStarts);
  for (const [n, list] of lists.entries()) starts[n + 1] = starts[n]! + list.length;
  // As another batch left them.
  arena.integers(candidateRows.places).fill(1);
  const distinct = rowWriter(arena, kernels, memory, { hardNegatives })(M, drawn);
  const { N } = distinct;
  const rows = arena.integers(hardNegatives > 0 ? memory.occurrences : candidateRows.distinct);
  arena.floats(softmax.queries).set(queries);
  for (let row = 0; row < N; ++row) {
    const vector = vectors.subarray(rows[row]! * W, (rows[row]! + 1) * W);
    arena.floats(softmax.candidates).set(vector, row * W);
  }
  arena.floats(softmax.weights).set(c.weights);
  arena.floats(softmax.pulls).set(c.weights.map((weight) => -weight));

  const chains = { items: memory.occurrences, ...candidateRows, ...excluded };
  const softmaxes = Array.from({ length: threads }, (_, rank) => {
    const thread = { rank, threads, arena, kernels, link: () => kernels, barrier: () => {} };
    return new BatchSoftmax(thread, softmax, softmaxOptions, chains);
  });
  for (const one of softmaxes) one.run(M, N, distinct.items);
  for (const [rank, one] of softmaxes.entries()) one.join(M, ...share(N, 1, rank, threads));
  const losses = Float64Array.from(arena.floats(softmax.losses).subarray(0, M));
  const dCandidates = new Float64Array(items * W);
  const found = arena.floats(softmax.dCandidates);
  for (let row = 0; row < N; ++row) {
    for (let k = 0; k < W; ++k) dCandidates[rows[row]! * W + k]! += found[row * W + k]!;
  }
  return {
    ...{ losses, dCandidates },
    loss: losses.reduce((sum, loss, b) => sum + loss * c.weights[b]!, 0),
    dQueries: Float64Array.from(arena.floats(softmax.dQueries).subarray(0, M * W)),
  };
}

// One block and a part of one of queries and of candidates; one query; small blocks and large ones.
const SHAPES = [
  [1, 0, 4],
  [1, 5, 4],
  [5, 0, 8],
  [37, 800, 12],
  [300, 0, 32],
  [520, 7, 4],
  [1030, 0, 4],
] as const;

describe.each(builds)("the in-batch softmax, $numerics, shared $shared", (build) => {
  test.each(SHAPES)("agrees with its definition at M=%i, %i drawn, W=%i", async (M, drawn, W) => {
    const c = caseOf(M, drawn, W);
    const [got, want] = [await run(build, c, 1), expected(c)];
    expect(relativeError(got.losses, want.losses, 1)).toBeLessThan(3e-6);
    expect(absoluteError(got.dQueries, want.dQueries)).toBeLessThan(8e-6);
    expect(absoluteError(got.dCandidates, want.dCandidates)).toBeLessThan(3e-5);
  });

  test.each<[string, Options]>([
    ["a correction by probability", { corrects: true }],
    ["accidental hits removed", { removesHits: true }],
    ["both", { corrects: true, removesHits: true }],
    ["the 3 hardest negatives", { hardNegatives: 3 }],
    ["more hard negatives than there are", { hardNegatives: 900 }],
    ["items excluded", { excludes: true }],
    ["items excluded and hits removed", { excludes: true, removesHits: true }],
    ["all of it", { corrects: true, removesHits: true, hardNegatives: 5, excludes: true }],
  ])("with %s", async (_, options) => {
    for (const [M, drawn] of [
      [37, 11],
      [300, 20],
    ] as const) {
      const c = caseOf(M, drawn, 8, options);
      const [got, want] = [await run(build, c, 2), expected(c)];
      expect(relativeError(got.losses, want.losses, 1)).toBeLessThan(3e-6);
      expect(absoluteError(got.dQueries, want.dQueries)).toBeLessThan(2e-5);
      expect(absoluteError(got.dCandidates, want.dCandidates)).toBeLessThan(4e-5);
    }
  });

  test("scores far apart neither overflow nor vanish", async () => {
    const c = caseOf(70, 0, 4);
    const wild = { ...c, vectors: c.vectors.map((x) => 100 * x) };
    const [got, want] = [await run(build, wild, 1), expected(wild)];
    // Scores of hundreds are rounded to 2e-5.
    expect(absoluteError(got.losses, want.losses)).toBeLessThan(5e-4);
    expect(absoluteError(got.dQueries, want.dQueries)).toBeLessThan(0.05);
  });

  test("the number of threads does not change a bit, nor does room for larger batches", async () => {
    const c = caseOf(1500, 3, 4, { removesHits: true });
    const one = await run(build, c, 1);
    for (const threads of [2, 3, 4]) expect(await run(build, c, threads)).toEqual(one);
    const small = caseOf(20, 0, 4);
    expect(await run(build, small, 3, 236)).toEqual(await run(build, small, 1, 236));
  });
});

describe("the reference", () => {
  test.each([
    {},
    { corrects: true, temperature: 0.3 },
    { removesHits: true },
    { hardNegatives: 2 },
    { excludes: true },
    { corrects: true, removesHits: true, hardNegatives: 2, excludes: true, temperature: 2 },
  ])("its gradients are those of its loss: %j", ({ temperature = 1, ...options }) => {
    const { queries, vectors, occurrences, ownQ, excluded } = caseOf(6, 3, 3, options);
    const rest = {
      ...{ M: 6, N: 9, W: 3, temperature, weights: [1, 2, 0.5, 0, 1, 3] },
      ...("corrects" in options && {
        probability: Array.from({ length: 9 }, (_, j) => ownQ[j % 3]!),
      }),
      ...("removesHits" in options && { items: occurrences }),
      masked: (b: number, j: number) => excluded[b]!.includes(occurrences[j]!),
      ...("hardNegatives" in options && { hardNegatives: options.hardNegatives }),
    };
    const Q = Float64Array.from(queries);
    const C = Float64Array.from({ length: 27 }, (_, i) => vectors[i % vectors.length]! + i / 50);
    const at = () => retrievalLoss({ ...rest, queries: Q, candidates: C });
    const { dQueries, dCandidates } = at();
    const slope = (values: Float64Array, i: number): number => {
      const [x, step] = [values[i]!, 1e-6];
      values[i] = x + step;
      const above = at().loss;
      values[i] = x - step;
      const below = at().loss;
      values[i] = x;
      return (above - below) / (2 * step);
    };
    expect(
      absoluteError(
        Array.from(Q, (_, i) => slope(Q, i)),
        dQueries,
      ),
    ).toBeLessThan(1e-8);
    expect(
      absoluteError(
        Array.from(C, (_, i) => slope(C, i)),
        dCandidates,
      ),
    ).toBeLessThan(1e-8);
  });
});

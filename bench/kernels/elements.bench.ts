/** Everything of a step that is no product: ns per element, and plain loops as rivals for some. */

import { activationOf } from "../../src/network/activations.js";
import { readFlags } from "../flags.js";
import { compareRates, type Work } from "../measure.js";
import { Report, spreadOf } from "../report.js";
import { ITEMS } from "../shapes.js";
import { type StepMemory, stepMemory } from "./step-memory.js";

const flags = readFlags();
const report = new Report(flags);
const [numerics] = flags.numerics;
const TURNS = { rounds: 7, milliseconds: 10 };
/** Stream of the negatives' random words; any will do here. */
const STREAM = 1;

report.title(`Losses, tables, chance and ranking, ${numerics}: ns per element, one thread`);
for (const shape of flags.shapes) {
  const memory = await stepMemory(shape, numerics);
  const works = [...losses(memory), ...tables(memory), ...chance(memory), ...ranking(memory)];
  for (const work of works) {
    const [rates] = compareRates([work], TURNS) as [number[]];
    const config = `${shape.name} ${work.name}`;
    const spread = spreadOf(rates.map((rate) => 1e9 / rate));
    report.row({ bench: "kernels", config, unit: "ns", numerics, ...spread });
  }
}

/** Losses, per score. They work in place: what one run leaves is what the next one reads. */
function losses({ kernels, arena, B, N, ld, at }: StepMemory): Work[] {
  const { kind, a, lambda } = activationOf("elu", 0.5, "finalActivation");
  const matrix = [at.scores, ld, N, at.losses] as const;
  const range = [B, 1 / B, 0, B] as const;
  const scores = arena.floats({ ptr: at.scores, length: N * ld, shape: [] });
  const work = N * B;
  return [
    { name: "crossEntropy", work, run: () => kernels.crossEntropy(...matrix, 0, ...range) },
    { name: "crossEntropy, plain JS", work, run: () => plainCrossEntropy(scores, N, ld, B) },
    {
      name: "bprMax",
      work,
      run: () => kernels.bprMax(...matrix, at.terms, kind, a, lambda, 1, ...range),
    },
    {
      ...{ name: "activate elu", work: N * ld },
      run: () => kernels.activate(kind, a, lambda, at.scores, ld, ld, 0, N),
    },
  ];
}

function plainCrossEntropy(scores: Float32Array, N: number, ld: number, B: number): void {
  for (let b = 0; b < B; ++b) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let n = 0; n < N; ++n) highest = Math.max(highest, scores[n * ld + b]!);
    let sum = 0;
    for (let n = 0; n < N; ++n) {
      const e = Math.exp(scores[n * ld + b]! - highest);
      scores[n * ld + b] = e;
      sum += e;
    }
    for (let n = 0; n < N; ++n) scores[n * ld + b]! /= sum * B;
    scores[b * ld + b]! -= 1 / B;
  }
}

/** Rows of the output table: per float of a row. */
function tables({ kernels, arena, N, W, states, at }: StepMemory): Work[] {
  const stride = W * states;
  const velocity = states > 2 ? 2 * W : 0;
  const work = N * W;
  const { items, gathered, table, addresses } = at;
  const lists = [at.distinct, at.first, at.last, at.next] as const;
  const all = arena.floats({ ptr: table, length: ITEMS * stride, shape: [] });
  const gradients = arena.floats({ ptr: at.dGathered, length: N * W, shape: [] });
  const rows = arena.integers({ ptr: items, length: N, shape: [] });
  const plainAdagrad = (): void => {
    for (let n = 0; n < N; ++n) {
      const w = rows[n]! * stride;
      for (let i = 0; i < W; ++i) {
        const g = gradients[n * W + i]!;
        const sum = all[w + W + i]! + g * g;
        all[w + W + i] = sum;
        all[w + i]! -= (0.05 * g) / Math.sqrt(sum + 1e-6);
      }
    }
  };
  return [
    {
      ...{ name: "gatherRows", work },
      run: () => kernels.gatherRows(gathered, W, table, stride, items, W, 0, N),
    },
    {
      ...{ name: "adagradRows", work },
      run: () =>
        kernels.adagradRows(
          ...([table, stride, W, items, addresses, W, velocity, 0.05, 0.1, 0, 1, 0, N] as const),
        ),
    },
    { name: "adagradRows, plain JS, no momentum", work, run: plainAdagrad },
    {
      ...{ name: "groupRows, per row", work: N },
      run: () => kernels.groupRows(items, at.slots, ...lists, 0, 0, N),
    },
  ];
}

/** Negatives and dropout: per draw. */
function chance({ kernels, arena, B, D, at }: StepMemory): Work[] {
  const n = 2048;
  const to = at.drawn;
  const cumulated = Float64Array.from({ length: ITEMS }, (_, item) => (item + 1) / ITEMS);
  const drawn = arena.integers({ ptr: at.drawn, length: n, shape: [] });
  const plain = (): void => {
    for (let i = 0; i < n; ++i) {
      const u = Math.random();
      let low = 0;
      let high = ITEMS - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (cumulated[middle]! > u) high = middle;
        else low = middle + 1;
      }
      drawn[i] = low;
    }
  };
  return [
    {
      ...{ name: "drawNegatives", work: n },
      run: () =>
        kernels.drawNegatives(to, at.coin, at.alias, ITEMS, at.key, STREAM, at.words, 0, n),
    },
    { name: "negatives by bisection, plain JS", work: n, run: plain },
    {
      ...{ name: "dropout", work: B * D },
      run: () => kernels.dropout(at.q, at.dq, D, at.key, STREAM, 0, 2 ** 31, 2, at.words, 0, B),
    },
  ];
}

/** Scores of all items for one request, and the best of them: per item. */
function ranking({ kernels, W, at }: StepMemory): Work[] {
  return [
    {
      ...{ name: "dotRows, one request", work: ITEMS },
      run: () => kernels.dotRows(at.allScores, 0, ITEMS, at.table, W, at.out, W),
    },
    {
      ...{ name: "topK 20 of all", work: ITEMS },
      run: () => kernels.topK(at.allScores, ITEMS, at.topScores, at.topItems, 20),
    },
  ];
}

/**
 * Every matrix product of a training step, in every shape, as a share of the microkernel's rate
 * measured in the same turns. Bias columns count as work, padding does not.
 */

import { readFlags } from "../flags.js";
import { compareRates, type Work } from "../measure.js";
import { Report, spreadOf } from "../report.js";
import { microkernels, peakOf } from "./microkernel.js";
import { type StepMemory, stepMemory } from "./step-memory.js";

const flags = readFlags();
const report = new Report(flags);
const [numerics] = flags.numerics;
const TURNS = { rounds: 7, milliseconds: 15 };

const tiles = await microkernels(numerics);
const peak = peakOf(tiles);
report.title(`Products, ${numerics}: GFLOP/s, and the share of the microkernel's (${peak.name})`);
for (const [i, rates] of ratesOf(tiles.map((tile) => ({ ...tile, work: tile.flops }))).entries()) {
  const config = `microkernel ${tiles[i]!.name}`;
  const gigaflops = spreadOf(rates.map((rate) => rate / 1e9));
  report.row({ bench: "kernels", config, unit: "GFLOP/s", numerics, ...gigaflops });
}

for (const shape of flags.shapes) {
  const memory = await stepMemory(shape, numerics);
  for (const product of [...products(memory), ...plainScores(memory)]) {
    const [top, rates] = ratesOf([{ ...peak, work: peak.flops }, product]) as [number[], number[]];
    const share = spreadOf(rates.map((rate, round) => rate / top[round]!)).median;
    report.row({
      ...{ bench: "kernels", config: `${shape.name} ${product.name}`, unit: "GFLOP/s", numerics },
      ...{ ...spreadOf(rates.map((rate) => rate / 1e9)), share },
    });
  }
}

function ratesOf(works: readonly Work[]): number[][] {
  return compareRates(works, TURNS);
}

/** In the order of a step. A state's columns r | z | c: two blocks, then the third. */
function products(memory: StepMemory): Work[] {
  const { kernels, B, size, D, N, W, ld, states, oneHot, at } = memory;
  const { gemmAB, gemmABt, gemmAtB } = kernels;
  const { x, h, q, out, gates, da, panel, scores, gathered } = at;
  const c = 8 * D; // bytes of two blocks
  const wide = 3 * D;
  const stride = wide * states;
  const W1 = size + 1; // hidden units and the bias
  const end = [panel, 0, B] as const;
  const work = (name: string, flops: number, run: () => void): Work => ({ name, work: flops, run });
  const gru = 2 * B * size * size;
  return [
    ...(oneHot
      ? []
      : [
          work(`x·W         [${B}×${size}]·[${size}×${3 * size}]`, 3 * gru, () =>
            gemmAB(gates, wide, x, D, at.input, stride, wide, D, false, ...end),
          ),
        ]),
    work(`h·U         [${B}×${size}]·[${size}×${2 * size}]`, 2 * gru, () =>
      gemmAB(gates, wide, h, D, at.recurrent, stride, 2 * D, D, true, ...end),
    ),
    work(`(r⊙h)·U     [${B}×${size}]·[${size}×${size}]`, gru, () =>
      gemmAB(gates + c, wide, q, D, at.recurrent + c, stride, D, D, true, ...end),
    ),
    work(`scores      [${N}×${W1}]·[${W1}×${B}]`, 2 * N * W1 * B, () =>
      gemmABt(scores, ld, gathered, W, out, W, B, W, false, panel, 0, N),
    ),
    work(`dRows       [${N}×${B}]·[${B}×${W1}]`, 2 * N * W1 * B, () =>
      gemmAB(at.dGathered, W, scores, ld, out, W, W, B, false, panel, 0, N),
    ),
    work(`dOut        [${B}×${N}]·[${N}×${W1}]`, 2 * N * W1 * B, () =>
      gemmAtB(at.dOut, W, scores, ld, gathered, W, W, N, false, ...end),
    ),
    work(`dc·Uᵀ       [${B}×${size}]·[${size}×${size}]`, gru, () =>
      gemmABt(at.dq, D, da + c, wide, at.recurrent + c, stride, D, D, false, ...end),
    ),
    ...(oneHot
      ? []
      : [
          work(`da·Wᵀ       [${B}×${3 * size}]·[${3 * size}×${size}]`, 3 * gru, () =>
            gemmABt(at.dx, D, da, wide, at.input, stride, D, wide, false, ...end),
          ),
          work(`xᵀ·da       [${size}×${B}]·[${B}×${3 * size}]`, 3 * gru, () =>
            gemmAtB(at.dInput, wide, x, D, da, wide, wide, B, false, panel, 0, D),
          ),
        ]),
    work(`hᵀ·da       [${size}×${B}]·[${B}×${2 * size}]`, 2 * gru, () =>
      gemmAtB(at.dRecurrent, wide, h, D, da, wide, 2 * D, B, false, panel, 0, D),
    ),
    work(`(r⊙h)ᵀ·dc   [${size}×${B}]·[${B}×${size}]`, gru, () =>
      gemmAtB(at.dRecurrent + c, wide, q, D, da + c, wide, D, B, false, panel, 0, D),
    ),
  ];
}

/** The scores once more as plain loops over typed arrays: what there is without wasm. */
function plainScores({ arena, B, size, N, W, ld, at }: StepMemory): Work[] {
  const view = (ptr: number, length: number): Float32Array =>
    arena.floats({ ptr, length, shape: [] });
  const rows = view(at.gathered, N * W);
  const out = view(at.out, B * W);
  const scores = view(at.scores, N * ld);
  const run = (): void => {
    for (let n = 0; n < N; ++n) {
      for (let b = 0; b < B; ++b) {
        let sum = 0;
        for (let i = 0; i <= size; ++i) sum += rows[n * W + i]! * out[b * W + i]!;
        scores[n * ld + b] = sum;
      }
    }
  };
  return [{ name: "scores, plain JS", work: 2 * N * (size + 1) * B, run }];
}

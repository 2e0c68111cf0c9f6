/**
 * Time of a training step as one size grows and the others stay: in ns per B·N·D it should fall, then
 * stay flat. A jump is a cliff: a cache left, a buffer copied, a thread too many. The recurrent layer
 * grows with D², so GFLOP/s of all products stand beside it.
 */

import { GRU4Rec } from "../src/index.js";
import { trainingBurst } from "./bursts.js";
import { generated } from "./data.js";
import { readFlags } from "./flags.js";
import { Report, spreadOf } from "./report.js";
import { ITEMS, PLAIN } from "./shapes.js";

interface Point {
  readonly D: number;
  readonly B: number;
  readonly negatives: number;
  readonly items: number;
}

const CENTRE: Point = { D: 100, B: 32, negatives: 2048, items: ITEMS };

/** Each list varies one size; of the others the first is the centre's. */
const POINTS: readonly Point[] = [
  ...[64, 100, 128, 224, 256, 512, 1024].map((D) => ({ ...CENTRE, D })),
  ...[32, 50, 64, 128, 256, 512].map((B) => ({ ...CENTRE, B })),
  ...[0, 128, 512, 1024, 2048, 4096, 8192].map((negatives) => ({ ...CENTRE, negatives })),
  ...[10_000, ITEMS, 100_000, 300_000, 1_000_000].map((items) => ({ ...CENTRE, items })),
];

const flags = readFlags();
const report = new Report(flags);
const { rounds = 3, seconds = 0.3 } = flags;
const threads = flags.threads ?? 1;
report.title(`Scaling, generated clicks, ${threads} threads: ms a step, ns per B·N·D, GFLOP/s`);

let catalogue = { items: 0, sessions: generated(10, 4, 20, 1) };
for (const { D, B, negatives, items } of POINTS) {
  if (catalogue.items !== items) {
    const events = Math.max(200_000, 2 * items);
    catalogue = { items, sessions: generated(items, Math.floor(events / 5), events, 1) };
  }
  const { sessions } = catalogue;
  const model = await GRU4Rec.create(sessions.items, { layers: [D], ...PLAIN });
  const milliseconds: number[] = [];
  for (let round = 0; round < rounds; ++round) {
    const options = { batchSize: B, negatives, threads, numerics: flags.numerics[0] };
    const burst = await trainingBurst(model, sessions, options, { warmup: 0.1, seconds });
    milliseconds.push((1000 * burst.seconds) / burst.steps);
  }
  model.dispose();
  const spread = spreadOf(milliseconds);
  const N = B + negatives;
  report.row({
    ...{ bench: "scaling", config: `D ${D}, B ${B}, negatives ${negatives}, items ${items}` },
    ...{ unit: "ms", numerics: flags.numerics[0], ...spread, threads },
    nsPerBND: (1e6 * spread.median) / (B * N * D),
    // Three products of the scores; three of each of the layer's two matrices of 3·D².
    gigaflops: (6 * B * N * D + 36 * B * D * D) / (1e6 * spread.median),
  });
}

/** Evaluation over the whole catalogue through the public function: events per second. */

import { GRU4Rec } from "../src/index.js";
import { type Burst, evaluationBurst } from "./bursts.js";
import { clicks } from "./data.js";
import { readFlags } from "./flags.js";
import { Report, spreadOf } from "./report.js";

const flags = readFlags();
const report = new Report(flags);
const { rounds = 3, seconds = 1 } = flags;
const threadCounts = flags.threads === undefined ? [0, 1, 2] : [flags.threads];
const { source, train, test } = await clicks();
report.title(`Evaluation, ${source}, ranks among ${train.items.size} items: events/s`);

for (const size of [100, 512]) {
  const model = await GRU4Rec.create(train.items, { layers: [size] });
  const variants = flags.numerics.flatMap((numerics) =>
    threadCounts.flatMap((threads) =>
      [false, true].map((lists) => ({ threads, numerics, lists, bursts: [] as Burst[] })),
    ),
  );
  for (let round = 0; round < rounds; ++round) {
    for (const { threads, numerics, lists, bursts } of variants) {
      const options = { threads, numerics, lists };
      bursts.push(await evaluationBurst(model, test, options, { warmup: 0.2, seconds }));
    }
  }
  for (const { threads, numerics, lists, bursts } of variants) {
    const config = `evaluate-${size}${lists ? " with top-20 lists" : ""}`;
    report.row({
      ...{ bench: "evaluate", config, unit: "events/s", numerics, threads },
      ...spreadOf(bursts.map((b) => b.events / b.seconds)),
    });
  }
  model.dispose();
}

/** Training through the public function, sampling included: events and mini-batches per second. */

import { GRU4Rec, resolveTrainOptions, type Sessions, type TrainOptions } from "../src/index.js";
import { threadCount } from "../src/threads/job.js";
import { sizeOf } from "../src/training/sampled/recipe.js";
import { type Burst, trainingBurst } from "./bursts.js";
import { clicks } from "./data.js";
import { readFlags } from "./flags.js";
import { Report, spreadOf } from "./report.js";

const flags = readFlags();
const report = new Report(flags);
const { rounds = 3, seconds = 1 } = flags;
const threadCounts = flags.threads === undefined ? ([0, 1, 2, "auto"] as const) : [flags.threads];
const { source, train } = await clicks();
report.title(
  `Training, ${source}, ${train.items.size} items: events/s (threads 0 is the calling thread)`,
);

/** How many threads a training runs on. */
function chosen(model: GRU4Rec, sessions: Sessions, options: TrainOptions): number {
  const size = sizeOf({
    ...{ model: model.options, items: model.items.size },
    ...{ events: sessions.events, sessions: sessions.length },
    learning: resolveTrainOptions(options, model.options.windowLength),
  });
  return threadCount(options.threads ?? "auto", size.useful);
}

for (const shape of flags.shapes) {
  const model = await GRU4Rec.create(train.items, shape.model);
  const variants = flags.numerics.flatMap((numerics) =>
    threadCounts.map((threads) => ({ threads, numerics, bursts: [] as Burst[] })),
  );
  for (let round = 0; round < rounds; ++round) {
    for (const { threads, numerics, bursts } of variants) {
      const options = { ...shape.train, threads, numerics };
      bursts.push(await trainingBurst(model, train, options, { warmup: 0.5, seconds }));
    }
  }
  for (const { threads, numerics, bursts } of variants) {
    const stepsPerSecond = spreadOf(bursts.map((b) => b.steps / b.seconds)).median;
    report.row({
      ...{ bench: "train", config: shape.name, unit: "events/s", numerics, threads },
      ...(threads === "auto" && { chosen: chosen(model, train, shape.train) }),
      ...spreadOf(bursts.map((b) => b.events / b.seconds)),
      ...{ stepsPerSecond, msPerStep: 1000 / stepsPerSecond },
    });
  }
  model.dispose();
}

/** The most memory a process has held that reads Diginetica and trains on it at D 100. */

import { GRU4Rec } from "../src/index.js";
import { trainingBurst } from "./bursts.js";
import { clicks } from "./data.js";
import { readFlags } from "./flags.js";
import { Report } from "./report.js";
import { shapeOf } from "./shapes.js";

/** What it must stay under. */
const LIMIT = 600;

const flags = readFlags();
const report = new Report(flags);
const { source, train } = await clicks();
report.title(`Memory, ${source}: the process's peak in MB, ${LIMIT} at most`);
const megabytes = () => process.resourceUsage().maxRSS / 1024;
const read = megabytes();
const { model: options, train: learning } = shapeOf("xe-100");
const model = await GRU4Rec.create(train.items, options);
const threads = flags.threads ?? 2;
const time = { warmup: 0, seconds: flags.seconds ?? 3 };
await trainingBurst(model, train, { ...learning, threads }, time);
const peak = megabytes();
const spread = { median: peak, p25: peak, p75: peak, min: peak, max: peak };
report.row({
  ...{ bench: "memory", config: "xe-100", unit: "MB", numerics: flags.numerics[0], ...spread },
  ...{ threads, afterReading: read, limit: LIMIT },
});
if (peak > LIMIT) process.exitCode = 1;

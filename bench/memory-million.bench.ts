/**
 * The most memory that an epoch takes on a million items at D 100, its end included: each training in a
 * process of its own, beside what `estimateMemory` says of it before.
 */

import { spawnSync } from "node:child_process";
import { estimateMemory, fit, GRU4Rec } from "../src/index.js";
import { generated } from "./data.js";
import { type Numerics, readFlags } from "./flags.js";
import { Report } from "./report.js";
import { PLAIN } from "./shapes.js";

/** The process may hold so many times what is needed: weights, optimiser state, log and one step. */
const LIMIT = 1.2;
const SIZE = { items: 1_000_000, events: 1_000_000, sessions: 200_000 };
const MODEL = { layers: [100], embedding: "shared", ...PLAIN } as const;
/** Large batches without negatives make the epoch short. */
const TRAIN = { epochs: 1, batchSize: 512, negatives: 0 } as const;
/** Says in the environment that this process is to train, and how. */
const VARIANT = "GRU4REC_BENCH_VARIANT";
const MB = 2 ** 20;

interface Variant {
  readonly threads: number;
  readonly momentum: number;
  readonly numerics: Numerics;
}

/** In bytes; `before` is held when the clicks are there and nothing else is. */
interface Measured {
  readonly before: number;
  readonly peak: number;
}

async function measured(variant: Variant): Promise<Measured> {
  const { items, sessions, events } = SIZE;
  const clicks = generated(items, sessions, events, 1);
  for (let i = 0; i < 5; ++i) {
    globalThis.gc!();
    await new Promise((resolve) => setTimeout(resolve, 200)); // pages are given back in the background
  }
  const before = process.memoryUsage.rss();
  const model = await GRU4Rec.create(clicks.items, MODEL);
  await fit(model, clicks, { ...TRAIN, ...variant });
  return { before, peak: 1024 * process.resourceUsage().maxRSS };
}

function inProcessOfItsOwn(variant: Variant): Measured {
  const program = ["--expose-gc", "--disable-warning=ExperimentalWarning", process.argv[1]!];
  const env = { ...process.env, [VARIANT]: JSON.stringify(variant) };
  const { stdout } = spawnSync(process.execPath, program, {
    ...{ env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  });
  return JSON.parse(stdout);
}

function compare(report: Report, variant: Variant): void {
  const { threads, momentum, numerics } = variant;
  const { total, copies } = estimateMemory(SIZE, MODEL, { ...TRAIN, ...variant });
  const { before, peak } = inProcessOfItsOwn(variant);
  const limit = LIMIT * (total - copies);
  const figure = peak / MB;
  const spread = { median: figure, p25: figure, p75: figure, min: figure, max: figure };
  report.row({
    ...{ bench: "memory-million", config: `threads ${threads}, momentum ${momentum}` },
    ...{ unit: "MB", numerics, ...spread, threads, momentum },
    ...{ growth: (peak - before) / MB, estimate: total / MB, limit: limit / MB },
  });
  if (peak > limit) process.exitCode = 1;
}

const asked = process.env[VARIANT];
if (asked) console.log(JSON.stringify(await measured(JSON.parse(asked))));
else {
  const flags = readFlags();
  const report = new Report(flags);
  report.title("Memory, a million items at D 100: peak, growth in training and its estimate, MB");
  for (const momentum of [0, 0.1]) {
    for (const threads of flags.threads === undefined ? [0, 1, 2] : [flags.threads]) {
      compare(report, { threads, momentum, numerics: flags.numerics[0] });
    }
  }
}

/**
 * What an output of a window is compared with: the other targets of the mini-batch (`inBatchNegatives`), with and
 * without logQ. Windows of 100 clicks with the loss at every position, on MovieLens 1M as sequences of users:
 * `npm run bench -- in-batch` (it takes an hour), `--choice none --logq 1 --epochs 1` a part of it.
 *
 * Leave-one-out: trained without the last two items of each user, measured on the last but one, the test items
 * untouched. All items are ranked but those already seen.
 */

import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { evaluate, GRU4Rec, readSessions, splitLeaveOneOut, train } from "../src/index.js";

const { values } = parseArgs({
  options: {
    choice: { type: "string", default: "all,others,none" },
    logq: { type: "string", default: "0,1" },
    epochs: { type: "string", default: "3" },
    units: { type: "string", default: "128" },
    threads: { type: "string" },
    json: { type: "boolean" },
  },
});
const threads: number | "auto" = values.threads === undefined ? "auto" : Number(values.threads);
const CHOICES = values.choice.split(",") as ("all" | "others" | "none")[];

const name = `${process.env.GRU4REC_DATA ?? "../shared/data"}/ml-1m-sequences/sequences.txt.gz`;
if (existsSync(name)) await compareAll();
else console.log(`skipped, there is no ${name} (set GRU4REC_DATA)`);

async function compareAll(): Promise<void> {
  const log = await readSessions(readFileSync(name), { format: "sequences", name });
  const { train: clicks, validation } = splitLeaveOneOut(log);
  for (const logQ of values.logq.split(",").map(Number)) {
    for (const inBatchNegatives of CHOICES) {
      const model = await GRU4Rec.create(clicks.items, {
        ...{ layers: [Number(values.units)], windowLength: 100, lossAt: "every", seed: 1 },
        ...{ dropoutEmbedding: 0.1, dropoutHidden: 0.2, logQ, inBatchNegatives },
      });
      const options = { epochs: Number(values.epochs), batchSize: 16, threads };
      for await (const { epoch, loss, seconds, steps } of train(model, clicks, options)) {
        const choices = { lastOnly: true, excludeSeen: true, unknown: "miss" } as const;
        const found = await evaluate(model, validation, {
          ...{ ...choices, ties: "conservative", cutoffs: [10], threads },
        });
        print({
          ...{ inBatchNegatives, logQ, epoch, loss: loss.toFixed(3) },
          recall: found.recall[10]!.toFixed(4),
          ndcg: found.ndcg[10]!.toFixed(4),
          stepMs: ((1000 * seconds) / steps).toFixed(1),
        });
      }
      model.dispose();
    }
  }
}

function print(row: Readonly<Record<string, unknown>>): void {
  const text = Object.entries(row).map(([key, value]) => `${key} ${value}`);
  console.log(values.json ? JSON.stringify({ type: "in-batch", ...row }) : text.join("  "));
}

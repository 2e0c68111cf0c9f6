/**
 * Every night: trains on the last 30 days, and replaces the model where it is as good on the last day's clicks.
 *
 * Node 22.18 and later run this file as it is; for Node 20 take the types out, as `npx tsc` does.
 */

import { rm } from "node:fs/promises";
import { evaluate, GRU4Rec, recentSessions, splitByTime } from "gru4rec";
import { fit, loadModel, readSessions, saveModel } from "gru4rec/node";

const log = await readSessions("logs/clicks-*.csv");
const { train, test } = splitByTime(log, { testSeconds: 86_400 });
const recent = recentSessions(train, { lastSeconds: 30 * 86_400 });

const model = await GRU4Rec.create(recent.items, { layers: [32] });
await fit(model, recent, { epochs: 3, checkpoint: { path: "tonight.ck", resume: true } });

const quality = async (candidate: GRU4Rec): Promise<number> => {
  // What a model does not know yet is a miss, so that both are asked for the same events.
  const { recall } = await evaluate(candidate, test, { cutoffs: [20], unknown: "miss" });
  return recall[20] ?? 0;
};
const before = await loadModel("shop.safetensors").then(quality, () => 0);
const now = await quality(model);
console.log(`recall@20 ${before.toFixed(4)} → ${now.toFixed(4)}`);
if (now >= before) await saveModel(model, "shop.safetensors");
await rm("tonight.ck", { force: true }); // tomorrow's log is another

/**
 * Day after day on the news clicks of Globo: what an update gains over no update, what it forgets, and what both take
 * beside training anew: `npm run bench -- update` (it takes long), `--days 6 --ways kept,neighbours` a part of it.
 *
 * A model of the first day goes on, day after day. Before each day is learnt, its first sessions are asked: every
 * click but a session's first, among all items; an item that a model does not know is a miss. In the end some sessions
 * of the first day, which no model was trained on, tell what was forgotten.
 */

import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  evaluate,
  fit,
  GRU4Rec,
  type Sessions,
  type TrainOptions,
  type UpdateOptions,
  update,
} from "../src/index.js";
import { readSessions } from "../src/node.js";

const { values } = parseArgs({
  options: {
    days: { type: "string" },
    ways: { type: "string" },
    ask: { type: "string" },
    nights: { type: "string" },
    threads: { type: "string" },
    json: { type: "boolean" },
  },
});
const DAY = 86_400;
const asked = Number(values.ask ?? 2000);
const threads = values.threads === undefined ? {} : { threads: Number(values.threads) };
const LEARNING: TrainOptions = { batchSize: 64, learningRate: 0.05, ...threads };
/** Epochs of a training from nothing. */
const EPOCHS = 3;

const WAYS: Readonly<Record<string, UpdateOptions | "none" | "anew">> = {
  none: "none",
  neighbours: { newItems: "neighbours" },
  popular: { newItems: "popular" },
  mean: { newItems: "mean" },
  random: { newItems: "random" },
  "support of the day": { support: "new" },
  "3 epochs": { epochs: 3 },
  "optimizer kept": { keepOptimizer: true },
  anew: "anew",
};
const ways = values.ways?.split(",") ?? Object.keys(WAYS);
const nights = values.nights?.split(",").map(Number);

const file = `${process.env.GRU4REC_DATA ?? "../shared/data"}/globo/events.tsv.gz`;
if (!existsSync(file)) console.log(`update: skipped, there is no ${file} (set GRU4REC_DATA)`);
else await run(await readSessions(file));

async function run(all: Sessions): Promise<void> {
  const begin = all.times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const dayOf = (session: number): number =>
    Math.floor((all.times[all.offsets[session]!]! - begin) / DAY);
  const last = Math.min(Number(values.days ?? 16), 16) - 1;
  const days = Array.from({ length: last + 1 }, (_, day) => chosen(all, (s) => dayOf(s) === day));
  const first = days[0]!;
  const old = chosen(first, (s) => s < asked);
  const base = chosen(first, (s) => s >= asked);
  console.log(days.map((day, d) => `day ${d}: ${day.events} clicks`).join("  "));
  for (const name of ways) {
    const way = WAYS[name]!;
    let model = await GRU4Rec.create(base.items);
    const keeps = typeof way === "object" && way.keepOptimizer === true;
    await fit(model, base, { ...LEARNING, epochs: EPOCHS, ...(keeps && { keepOptimizer: true }) });
    const recalls: number[] = [];
    const mrrs: number[] = [];
    let seconds = 0;
    for (let d = 1; d <= last; ++d) {
      const day = days[d]!;
      const isAsked = nights === undefined || nights.includes(d);
      if (isAsked && way === "anew" && d > 1) {
        model.dispose();
        const known = chosen(all, (s) => dayOf(s) < d);
        const started = performance.now();
        model = await GRU4Rec.create(known.items);
        await fit(model, known, { ...LEARNING, epochs: EPOCHS });
        seconds = (performance.now() - started) / 1000;
      }
      if (isAsked) {
        const test = chosen(day, (s) => s < asked);
        const { recall, mrr } = await evaluate(model, test, { unknown: "miss", ...threads });
        recalls.push(recall[20]!);
        mrrs.push(mrr[20]!);
        row({ way: name, day: d, recall: recall[20]!, mrr: mrr[20]!, seconds });
      }
      if (typeof way !== "object" || d === last) continue;
      const started = performance.now();
      const { model: next } = await update(model, day, { ...LEARNING, ...way });
      seconds = (performance.now() - started) / 1000;
      model.dispose();
      model = next;
    }
    const { recall, mrr } = await evaluate(model, old, { unknown: "miss", ...threads });
    const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    row({
      ...{ way: name, nights: recalls.length, recall: mean(recalls), mrr: mean(mrrs), seconds },
      ...{ "recall of day 0": recall[20]!, "mrr of day 0": mrr[20]! },
    });
    model.dispose();
  }
}

function chosen(sessions: Sessions, wanted: (session: number) => boolean): Sessions {
  const keep = new Uint8Array(sessions.events);
  for (let s = 0; s < sessions.length; ++s) {
    if (wanted(s)) keep.fill(1, sessions.offsets[s]!, sessions.offsets[s + 1]!);
  }
  return sessions.select(keep)!;
}

function row(facts: Readonly<Record<string, string | number>>): void {
  const rounded = Object.entries(facts).map(([key, value]) => {
    const isShare = typeof value === "number" && value < 1;
    const short = typeof value === "number" ? Number(value.toFixed(isShare ? 4 : 1)) : value;
    return [key, short] as const;
  });
  if (values.json) console.log(JSON.stringify({ type: "update", ...Object.fromEntries(rounded) }));
  else console.log(rounded.map(([key, value]) => `${key} ${value}`).join("  "));
}

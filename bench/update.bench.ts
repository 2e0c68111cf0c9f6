/**
 * Day after day on the news clicks of Globo: what an update gains over no update, what it forgets, and what both take
 * beside training anew: `npm run bench -- update`, `--days 6 --ways none,neighbours` a part of it.
 *
 * A model of the first day goes on, day after day, with every tenth visit by a hash of its id (`--of 1` takes all).
 * Before each day is learnt, its first visits are asked: every click but a visit's first, among all items; an item that
 * a model does not know is a miss. In the end some visits of the first day, which no model was trained on, tell what
 * was forgotten.
 */

import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  ConfigError,
  evaluate,
  fit,
  GRU4Rec,
  type ModelOptions,
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
    of: { type: "string" },
    threads: { type: "string" },
    json: { type: "boolean" },
  },
});
const DAY = 86_400;
const asked = Number(values.ask ?? 1000);
const one = Number(values.of ?? 10);
const threads = values.threads === undefined ? {} : { threads: Number(values.threads) };
/** Said here, so that the figures stay what they are when a default changes. */
const MODEL: ModelOptions = { layers: [100], logQ: 1, dropoutEmbedding: 0.25, dropoutHidden: 0.2 };
const LEARNING: TrainOptions = { batchSize: 64, learningRate: 0.1, negatives: 512, ...threads };
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
else {
  const log = await readSessions(file);
  await run(
    chosen(log, (s) => Math.imul(Number(log.sessionIds[s]), 0x9e3779b1) >>> 0 < 2 ** 32 / one),
  );
}

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
    let model = await GRU4Rec.create(base.items, MODEL);
    const keeps = typeof way === "object" && way.keepOptimizer === true;
    await fit(model, base, { ...LEARNING, epochs: EPOCHS, ...(keeps && { keepOptimizer: true }) });
    const recalls: number[] = [];
    const mrrs: number[] = [];
    const seconds: number[] = [];
    const took = (started: number): number => seconds.push((performance.now() - started) / 1000);
    for (let d = 1; d <= last; ++d) {
      const day = days[d]!;
      const isAsked = nights === undefined || nights.includes(d);
      if (isAsked && way === "anew" && d > 1) {
        model.dispose();
        const known = chosen(all, (s) => dayOf(s) < d);
        const started = performance.now();
        model = await GRU4Rec.create(known.items, MODEL);
        await fit(model, known, { ...LEARNING, epochs: EPOCHS });
        took(started);
      }
      if (isAsked) {
        const test = chosen(day, (s) => s < asked);
        const { recall, mrr } = await measured(model, test);
        recalls.push(recall);
        mrrs.push(mrr);
        row({ way: name, day: d, recall, mrr, seconds: seconds.at(-1) ?? 0 });
      }
      if (typeof way !== "object" || d === last) continue;
      const started = performance.now();
      const { model: next } = await update(model, day, { ...LEARNING, ...way });
      took(started);
      model.dispose();
      model = next;
    }
    const { recall, mrr } = await measured(model, old);
    const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    row({
      ...{ way: name, nights: recalls.length, recall: mean(recalls), mrr: mean(mrrs) },
      seconds: seconds.length > 0 ? mean(seconds) : 0,
      ...{ "recall of day 0": recall, "mrr of day 0": mrr },
    });
    model.dispose();
  }
}

/** Among all items, unknown ones missed. No visit has items that the model knows: all are missed. */
async function measured(model: GRU4Rec, visits: Sessions): Promise<Figures> {
  try {
    const { recall, mrr } = await evaluate(model, visits, { unknown: "miss", ...threads });
    return { recall: recall[20]!, mrr: mrr[20]! };
  } catch (error) {
    if (error instanceof ConfigError && error.path === "sessions") return { recall: 0, mrr: 0 };
    throw error;
  }
}

interface Figures {
  readonly recall: number;
  readonly mrr: number;
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

/** The page's side of browser.bench.ts: the log that it is served, trained on in bursts. */

import { GRU4Rec, Sessions } from "../../src/index.js";
import { type Burst, type BurstTime, trainingBurst } from "../bursts.js";
import type { Shape } from "../shapes.js";

/** i32 of every event: its session, then its item; in order of time. */
async function log(): Promise<Sessions> {
  const both = new Int32Array(await (await fetch("/log.bin")).arrayBuffer());
  const events = both.length / 2;
  const time = Float64Array.from({ length: events }, (_, i) => i);
  const [sessionId, itemId] = [both.subarray(0, events), both.subarray(events)];
  return Sessions.from({ sessionId: [...sessionId], itemId: [...itemId], time });
}

const sessions = log();

async function trainBurst(shape: Pick<Shape, "model" | "train">, time: BurstTime): Promise<Burst> {
  const train = await sessions;
  const model = await GRU4Rec.create(train.items, shape.model);
  const burst = await trainingBurst(model, train, shape.train, time);
  model.dispose();
  return burst;
}

/** What the benchmark calls. */
export interface Bursts {
  trainBurst: typeof trainBurst;
}

Object.assign(globalThis, { trainBurst });

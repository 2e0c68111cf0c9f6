/** What is taken away: lists of all items as a CSV, and models that come from elsewhere. */

import { GRU4Rec, recommendAll } from "gru4rec";
import type { LogFacts } from "./protocol.js";

/** Visits whose lists are made at a time: others have their turn between. */
const BLOCK = 2048;

/** For each item the items that are likely to follow it: `item,rank,next,score`. */
export async function listsOf(model: GRU4Rec, count: number): Promise<Blob> {
  const { ids } = model.items;
  const parts: string[] = ["item,rank,next,score\n"];
  for (let begin = 0; begin < ids.length; begin += BLOCK) {
    const some = ids.slice(begin, begin + BLOCK);
    const lists = await recommendAll(
      model,
      some.map((id) => [id]),
      { count, threads: 0 },
    );
    for (const [i, list] of lists.entries()) {
      for (const [rank, { itemId, score }] of list.entries()) {
        parts.push(`${field(some[i]!)},${rank + 1},${field(itemId)},${score}\n`);
      }
    }
  }
  return new Blob(parts, { type: "text/csv" });
}

function field(id: unknown): string {
  const text = String(id);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A model that was saved here or in Node. Throws FormatError. */
export async function openModel(file: File): Promise<{ model: GRU4Rec; facts: LogFacts }> {
  const model = await GRU4Rec.fromBytes(await file.arrayBuffer());
  const { support, ids } = model.items;
  const { training } = model as {
    training?: { events?: number; firstTime?: number; lastTime?: number };
  };
  const facts: LogFacts = {
    name: file.name,
    size: file.size,
    seconds: 0,
    isShop: false,
    events: support.reduce((sum, count) => sum + count, 0),
    sessions: 0,
    firstTime: training?.firstTime ?? 0,
    lastTime: training?.lastTime ?? 0,
    isDated: (training?.firstTime ?? 0) > 1e8,
    rows: 0,
    leftOut: [],
    notes: [],
    columns: { visit: undefined, item: undefined, time: undefined },
    pause: undefined,
    timeUnit: "none",
    form: "a model",
    testSessions: 0,
    lengths: [],
    ids: ids.map(String),
    names: undefined,
    categories: undefined,
    support: support.slice(),
  };
  return { model, facts };
}

/** Models that come from elsewhere. */

import { GRU4Rec } from "gru4rec";
import type { LogFacts } from "./protocol.js";

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

/** The sample shop as a log: a part of its own, which a person with a log does not load. */

import { outdoorShop } from "gru4rec";
import { type Log, lengthsOf } from "./log.js";
import type { LogFacts } from "./protocol.js";

export function shopLog(): Log {
  const start = performance.now();
  const shop = outdoorShop();
  const { train, test } = shop;
  const ids = train.items.ids.map(String);
  const facts: LogFacts = {
    name: "Sample shop",
    size: undefined,
    seconds: (performance.now() - start) / 1000,
    isShop: true,
    events: train.events,
    sessions: train.length,
    firstTime: train.times.reduce((a, b) => Math.min(a, b)),
    lastTime: train.times.reduce((a, b) => Math.max(a, b)),
    isDated: true,
    rows: train.events,
    leftOut: [],
    notes: [],
    columns: { visit: undefined, item: undefined, time: undefined },
    pause: undefined,
    timeUnit: "s",
    form: "invented",
    testSessions: test.length,
    lengths: lengthsOf(train),
    ids,
    names: ids.map((id) => shop.name(id)),
    categories: ids.map((id) => shop.departmentOf(id)),
    support: train.items.support.slice(),
  };
  return { facts, whole: train, train, test };
}

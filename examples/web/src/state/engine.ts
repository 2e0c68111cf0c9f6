/** The two workers of the page: one reads, learns and answers, the other lays out the map. */

import { Client } from "../engine/calls.js";
import type { Engine, Events, LogFacts } from "../engine/protocol.js";
import type { MapEvents, MapWorker } from "../map/worker.js";
import { radiiOf } from "./radii.js";
import { change, notice } from "./state.js";

/** That the worker is not there, as often as something is asked of it. */
export function tellGone(): void {
  notice({
    section: "data",
    fact: "A part of this page could not start.",
    rest: "It is the worker that learns; an extension may be blocking it.",
    actions: [{ name: "Try again", run: () => location.reload() }],
  });
}

export const engine: Client<Engine, Events> = new Client(
  new Worker(new URL("../engine/worker.ts", import.meta.url), { type: "module", name: "learns" }),
  tellGone,
);

export const mapMaker: Client<MapWorker, MapEvents> = new Client(
  new Worker(new URL("../map/worker.ts", import.meta.url), { type: "module", name: "map" }),
  () => change({ hasMap: false }), // the list still answers
);

export function beginMap({ support }: LogFacts): Promise<void> {
  return mapMaker.call("begin", radiiOf(support), support).catch(() => {});
}

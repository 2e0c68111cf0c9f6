/** The two workers of the page: one reads, learns and answers, the other lays out the map. */

import { Client } from "../engine/calls.js";
import type { Engine, Events } from "../engine/protocol.js";
import type { MapEvents, MapWorker } from "../map/worker.js";
import { notice } from "./state.js";

export const engine: Client<Engine, Events> = new Client(
  new Worker(new URL("../engine/worker.ts", import.meta.url), { type: "module", name: "learns" }),
  () =>
    notice({
      section: "data",
      fact: "A part of this page could not start.",
      rest: "It is the worker that learns; an extension may be blocking it. The clicks are still here.",
      actions: [{ name: "Try again", run: () => location.reload() }],
    }),
);

export const mapMaker: Client<MapWorker, MapEvents> = new Client(
  new Worker(new URL("../map/worker.ts", import.meta.url), { type: "module", name: "map" }),
  () => {}, // without a map the list still answers
);

/** Whether this browser has kept a training: looked for when the page opens and when a log comes; and how it is forgotten. */

import type { LogFacts } from "../engine/protocol.js";
import { engine } from "./engine.js";
import { change, now, withdraw } from "./state.js";

export async function offerKept(): Promise<void> {
  const kept = await engine.call("kept").catch(() => undefined);
  change({ kept });
  if (!kept || now().phase !== "first") return;
  const { offer } = await import("./kept.js");
  if (now().phase === "first") offer(kept);
}

/** The sample shop has a place of its own. */
export async function offerWith(facts: LogFacts): Promise<void> {
  const { kept } = now();
  if (!kept || facts.isShop || kept.isShop) return;
  const offers = await import("./kept.js");
  if (now().facts === facts) offers.offerWith(kept, facts);
}

export async function forget(): Promise<void> {
  await engine.call("forget").catch(() => {});
  withdraw();
  change({ kept: undefined, isForgetting: false, said: { ...now().said, forget: "Forgotten" } });
}

/** A training that was kept by this browser: offered when the page opens, gone on with where it stopped. */

import { engine, mapMaker } from "./engine.js";
import { learn } from "./learn.js";
import { radiiOf } from "./radii.js";
import { change, notice, now, withdraw } from "./state.js";

export async function offerKept(): Promise<void> {
  const kept = await engine.call("kept").catch(() => undefined);
  if (!kept || now().phase !== "first") return;
  const isDone = kept.pass >= kept.passes;
  const place = isDone
    ? "You left when it had learned."
    : `You left in pass ${kept.pass + 1} of ${kept.passes}.`;
  const log = kept.isShop ? "the sample shop" : kept.logName;
  const rest = isDone
    ? `The model of ${log} is still here.`
    : `It goes on with ${log} at the very click where it stopped, as if you had never been away.`;
  if (!kept.hasLog) {
    const fact = "The saved training belongs to another log,";
    return notice({
      section: "data",
      fact,
      rest: `${kept.logName}. Drop that log to go on with it.`,
      isNews: true,
    });
  }
  change({ kept });
  notice({
    section: "data",
    fact: place,
    rest,
    isNews: true,
    actions: [
      { name: isDone ? "Show it" : "Go on", run: () => void goOn() },
      { name: "Start anew", run: () => void forget() },
    ],
  });
}

async function goOn(): Promise<void> {
  const { kept } = now();
  if (!kept) return;
  withdraw();
  change({ phase: "reading" });
  const facts = await engine.call("readKept");
  const { settings, series } = kept;
  const { names = facts.ids, categories } = facts;
  change({ facts, names, categories, settings, series, phase: "ready" });
  await mapMaker.call("begin", radiiOf(facts.support), facts.support);
  learn("kept");
  change({ inspection: await engine.call("inspect") });
  change({ baselines: await engine.call("baselines") });
}

export async function forget(): Promise<void> {
  await engine.call("forget").catch(() => {});
  withdraw();
  change({ kept: undefined, isForgetting: false, said: { ...now().said, forget: "Forgotten" } });
}

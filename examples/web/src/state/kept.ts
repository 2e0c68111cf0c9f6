/** What is said of a training that this browser has kept, and how it goes on where it stopped; loaded when there is one. */

import { type Kept, type LogFacts, markOf } from "../engine/protocol.js";
import { beginMap, engine } from "./engine.js";
import { learn } from "./learn.js";
import { forget } from "./offer.js";
import { change, notice, now, withdraw } from "./state.js";

const isDone = ({ pass, passes }: Kept): boolean => pass >= passes;

function placeOf(kept: Kept): string {
  if (isDone(kept)) return "You left when it had learned.";
  return `You left in pass ${kept.pass + 1} of ${kept.passes}.`;
}

/** Nothing is open: it goes on with its own log. */
export function offer(kept: Kept): void {
  const log = kept.isShop ? "the sample shop" : kept.logName;
  if (!kept.hasLog) {
    const rest = `There was no room to keep its log, ${log}. Drop that log to go on with it.`;
    notice({ section: "data", fact: placeOf(kept), rest, isNews: true });
    return;
  }
  const rest = isDone(kept)
    ? `The model of ${log} is still here.`
    : `It goes on with ${log} at the very click where it stopped, as if you had never been away.`;
  notice({
    section: "data",
    fact: placeOf(kept),
    rest,
    isNews: true,
    actions: [
      { name: isDone(kept) ? "Show it" : "Go on", run: () => void goOn() },
      { name: "Start anew", run: () => void forget() },
    ],
  });
}

/** A log was read: what is kept goes on with it, or belongs to another one. */
export function offerWith(kept: Kept, facts: LogFacts): void {
  if (kept.mark === markOf(facts)) {
    const rest = "It goes on at the very click where it stopped, as if you had never been away.";
    const actions = [
      { name: isDone(kept) ? "Show it" : "Go on", run: () => resume(kept) },
      { name: "Start anew", run: () => learn() },
    ];
    notice({ section: "train", fact: placeOf(kept), rest, isNews: true, actions });
  } else {
    const fact = "The saved training belongs to another log,";
    const rest = `${kept.logName}. Drop that log to go on with it. Training with this one takes its place.`;
    const actions = [{ name: "Start anew with this log", run: () => learn() }];
    notice({ section: "train", fact, rest, actions });
  }
}

function resume({ settings, series }: Kept): void {
  change({ settings, series });
  learn("kept");
}

async function goOn(): Promise<void> {
  const { kept } = now();
  if (!kept) return;
  withdraw();
  change({ phase: "reading" });
  try {
    const facts = await engine.call("readKept");
    const { names = facts.ids, categories } = facts;
    change({ facts, names, categories, phase: "ready" });
    await beginMap(facts);
  } catch {
    change({ phase: "first" });
    const rest = `The browser has lost its log, ${kept.logName}. Drop that log to go on with it.`;
    notice({ section: "data", fact: placeOf(kept), rest });
    return;
  }
  resume(kept);
  change({ inspection: await engine.call("inspect") });
  change({ baselines: await engine.call("baselines") });
}

/**
 * Flaws of an offline evaluation that its data show (Hidasi & Czapp 2023, "Widespread flaws in offline evaluation of
 * recommender systems", arXiv 2307.14951): what leaks through time, sessions without order, too much filtering.
 */

import { inspectSessions } from "../baselines/inspect.js";
import { checkBoolean, checkNames, checkSignal } from "../checks.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import type { Signal } from "../platform.js";

/** The largest share of test events before the end of training that is not refused. */
export const MOST_LEAK = 0.01;
/** From these shares on a warning is given. */
const [EQUAL_TIMES, LEFT_OUT, UNKNOWN] = [0.5, 0.2, 0.05];
/** Fewest events of every item from which rare items were probably dropped. */
const LEAST_SUPPORT = 5;

/** Options of `inspectSplit`. */
export interface InspectSplitOptions {
  /** The split is leave-one-out, which always trains on what is later than tests. Default false. */
  readonly leaveOneOut?: boolean;
  /** Ends the work; its reason is thrown. */
  readonly signal?: Signal | undefined;
}

/** What `inspectSplit` finds. */
export interface SplitInspection {
  /** Test events before the last event of training. */
  readonly leakedEvents: number;
  /** Their share of all test events. */
  readonly leakedShare: number;
  /** A sentence for each flaw, in the order of their weight. */
  readonly warnings: readonly string[];
}

/**
 * Looks for what makes figures of this split mean less than they seem to.
 *
 * @throws ConfigError when an option is of a wrong kind; the signal's reason when aborted
 */
export async function inspectSplit(
  log: Sessions,
  test: Sessions,
  options: InspectSplitOptions = {},
): Promise<SplitInspection> {
  checkSessions("log", log);
  checkSessions("test", test);
  checkNames(options, ["leaveOneOut", "signal"], "split inspection");
  const { leaveOneOut = false, signal } = options;
  checkBoolean("leaveOneOut", leaveOneOut);
  checkSignal(signal);
  const { events, share } = leakOf(log, test);
  const warnings = [
    ...(leaveOneOut ? [LEAVE_ONE_OUT] : leakWarning(events, share)),
    ...orderOfTimes(log),
    ...(await orderOfClicks(log, signal)),
    ...filterWarnings(log, test),
  ];
  return { leakedEvents: events, leakedShare: share, warnings };
}

const LEAVE_ONE_OUT =
  "Leave-one-out trains on what others did later than a test event: its figures are higher than those for future " +
  "visits, and compare with nothing but those of the same split.";

/** Test events before the last event of training; none where there are no times. */
export function leakOf(log: Sessions, test: Sessions): { events: number; share: number } {
  if (log.report?.timeUnit === "none" || test.report?.timeUnit === "none") {
    return { events: 0, share: 0 };
  }
  const end = log.times.reduce((last, time) => Math.max(last, time));
  const events = test.times.reduce((count, time) => count + (time < end ? 1 : 0), 0);
  return { events, share: events / test.events };
}

function leakWarning(events: number, share: number): string[] {
  if (events === 0) return [];
  const part = percent(share);
  return [
    `${events} test events (${part}) come before the end of training: models have seen what was later than these.`,
  ];
}

function orderOfTimes({ times, offsets, length, events, report }: Sessions): string[] {
  if (report?.timeUnit === "none") {
    return [
      "The log has no times: whether training ends before the test begins cannot be checked.",
    ];
  }
  let equal = 0;
  for (let s = 0; s < length; ++s) {
    for (let event = offsets[s]! + 1; event < offsets[s + 1]!; ++event) {
      if (times[event] === times[event - 1]) equal++;
    }
  }
  const share = equal / Math.max(1, events - length);
  if (share < EQUAL_TIMES) return [];
  return [
    `${percent(share)} of the clicks have the time of the click before: their order is that of the file, and a model ` +
      "of sequences may learn how the file was made.",
  ];
}

async function orderOfClicks(log: Sessions, signal: Signal | undefined): Promise<string[]> {
  const { order } = await inspectSessions(log, { signal });
  if (!order || order.difference > order.margin) return [];
  return [
    "The order of clicks does not help a first-order Markov chain on this log: a model of sequences has little to gain.",
  ];
}

function filterWarnings(log: Sessions, test: Sessions): string[] {
  const warnings: string[] = [];
  const left = log.leftOut.reduce((sum, { events }) => sum + events, 0);
  const share = left / (left + log.events);
  if (share > LEFT_OUT) {
    warnings.push(
      `${percent(share)} of the events were left out before training: figures are for what was kept.`,
    );
  }
  const least = log.items.support.reduce((least, support) => Math.min(least, support));
  if (least >= LEAST_SUPPORT) {
    warnings.push(
      `Every item has ${least} events or more: without rare items every figure is higher than in a shop.`,
    );
  }
  const { ids, support } = test.items;
  const unknown = support.reduce((sum, n, i) => sum + (log.items.has(ids[i]!) ? 0 : n), 0);
  if (unknown / test.events > UNKNOWN) {
    warnings.push(
      `${percent(unknown / test.events)} of the test events are of items that training does not hold.`,
    );
  }
  return warnings;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

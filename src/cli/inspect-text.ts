/** What a log is like and what a file holds, in lines for people, of at most 80 characters. */

import type { Inspection, OrderTest } from "../index.js";
import { formatBytes, formatCount, formatCounted, formatTable } from "./format.js";
import { timeText } from "./reading-text.js";
import type { StoredFacts } from "./report.js";

const WIDTH = 80;
const BAR = 40;

/** The lengths of sessions as bars, then sentences. */
export function inspectionLines({ lengths, repeats, popularity, order, ...of }: Inspection): {
  readonly bars: readonly string[];
  readonly lines: readonly string[];
} {
  const most = Math.max(...lengths.histogram.map(({ sessions }) => sessions));
  const rows = formatTable([
    ["events", "sessions", ""],
    ...lengths.histogram.map(({ from, to, sessions }) => [
      from === to ? `${from}` : `${from} to ${to}`,
      formatCount(sessions),
      percent(sessions / of.sessions),
    ]),
  ]);
  const bars = rows.map((row, i) => {
    const { sessions = 0 } = lengths.histogram[i - 1] ?? {};
    return `${row}  ${"█".repeat(Math.ceil((BAR * sessions) / most))}`.trimEnd();
  });
  const { top1Percent, top10Percent, itemsOfHalf, once, gini } = popularity;
  const lines = [
    `a session has ${lengths.mean.toFixed(1)} events, half of them at most ${lengths.median}; the longest ${formatCount(lengths.longest)}`,
    `repeats: ${percent(repeats.any)} of the events are of an item of their session, ${percent(repeats.direct)} of the item directly before`,
    `popularity: ${percent(top1Percent)} of the events go to 1 % of the items, ${percent(top10Percent)} to 10 %; half of them to ${formatCounted(itemsOfHalf, "item")} (Gini ${gini.toFixed(2)})`,
    `${formatCounted(once, "item")} of ${formatCount(of.items)} came once`,
    orderLine(order),
  ];
  return { bars, lines: lines.flatMap((line) => wrapped(line, "  ")) };
}

/** The finding, honest where the test cannot tell. */
function orderLine(order: OrderTest | undefined): string {
  if (!order) return "order: too few sessions of two events or more to tell whether it matters";
  const { cutoff, cases, recall, shuffled, difference, margin, split } = order;
  const finding =
    Math.abs(difference) <= margin
      ? "no sign that it matters"
      : difference > 0
        ? "it matters"
        : "shuffled sessions tell more than the order does";
  const where = split === "time" ? "the last sessions" : "random sessions, as all are of one time";
  return (
    `order: ${finding}. A Markov chain has the next item among its first ${cutoff} in ` +
    `${percent(recall)} of ${formatCounted(cases, "case")} of ${where}, in ${percent(shuffled)} ` +
    `with sessions shuffled: a difference of ${points(difference)} ± ${points(margin)} points (95 %)`
  );
}

export function storedLines({
  kind,
  bytes,
  options,
  training,
  place,
  ...facts
}: StoredFacts): string[] {
  const library = facts.library ?? training?.library ?? "(unknown)";
  const writer = kind === "baseline" ? "" : `, written by gru4rec ${library}`;
  const lines = [`${kind}, ${formatBytes(bytes)}${writer}`];
  if (kind === "checkpoint") lines.push(formatCounted(facts.items, "item"));
  if (training) {
    const { epochs, events, firstTime, lastTime } = training;
    const isDated = firstTime !== undefined && lastTime !== undefined;
    const times = isDated ? `, ${timeText(firstTime)} to ${timeText(lastTime)}` : "";
    lines.push(
      `trained: ${formatCounted(epochs, "epoch")} of ${formatCounted(events, "event")}${times}`,
    );
  } else if (!place && kind !== "baseline") lines.push("not trained");
  if (place) {
    const { epochs, step, best } = place;
    const within = step > 0 ? `, and ${formatCounted(step, "step")} of the next` : "";
    const kept = best === undefined ? "" : `; best: epoch ${best}`;
    lines.push(`stands after ${formatCounted(epochs, "epoch")}${within}${kept}`);
  }
  lines.push(`options: ${optionsText(options)}`);
  if (facts.learning) lines.push(`training: ${optionsText(facts.learning)}`);
  return lines.flatMap((line) => wrapped(line, "  "));
}

function optionsText(options: object): string {
  return Object.entries(options)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}

/** Cut at spaces, but not between a number and its %; what goes on is indented. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent.slice(2);
  for (const word of text.split(/ (?!%)/)) {
    if (line.trim() !== "" && `  ${line} ${word}`.length > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}

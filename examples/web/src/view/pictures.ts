/** Pictures of the data, in ink: lengths of visits, shares of items, and whether order matters. */

import type { Inspection } from "gru4rec";
import type { LogFacts } from "../engine/protocol.js";
import { count, many, percent } from "../words/numbers.js";
import { h, type Node_ } from "./dom.js";

const WIDTH = 216;
const HEIGHT = 112;
/** From here on stands the name of the axis. */
const ROOM = 140;
/** Right of this there is no room for words beside the point. */
const FAR = 84;
const BOX = `0 -16 ${WIDTH} ${HEIGHT + 38}`;

export function pictures(
  { lengths, order, popularity, items, sessions }: Inspection,
  { support, lengths: byLength }: Pick<LogFacts, "support" | "lengths">,
): Node_ {
  return h(
    "div",
    { class: "three pictures" },
    picture(
      "Visits are short",
      `${lengths.mean.toFixed(1)} clicks on average`,
      bars(byLength, sessions),
    ),
    picture(
      popularity.itemsOfHalf < 0.4 * items ? "Few items are popular" : "Items are alike popular",
      "share of all clicks",
      curve(support, popularity.itemsOfHalf),
    ),
    order &&
      picture(
        order.difference > order.margin ? "Order matters" : "Order hardly matters",
        order.difference > order.margin
          ? "so there is something to learn"
          : "what is popular may do as well",
        pair(order.recall, order.shuffled, order.cutoff),
      ),
  );
}

function picture(title: string, about: string, drawing: Node_): Node_ {
  return h(
    "figure",
    { class: "picture" },
    h("figcaption", {}, h("b", {}, title), h("span", {}, about)),
    drawing,
  );
}

/** @param byLength visits of 2 clicks, of 3, …; the last ones are those of more, too */
function bars(byLength: readonly number[], sessions: number): Node_ {
  const most = Math.max(1, ...byLength);
  const top = byLength.indexOf(most);
  const step = WIDTH / Math.max(1, byLength.length);
  const last = byLength.length + 1;
  const words = `${count(most)} visits of ${top + 2} clicks`;
  const isLeft = top < byLength.length / 2;
  const ticks = [2, 5, 10, 15].filter((length) => length < last && (length - 2) * step < ROOM);
  const y = HEIGHT + 17;
  return h(
    "svg",
    {
      viewBox: BOX,
      role: "img",
      "aria-label": `Of ${many(sessions, "visit")}, ${words} are the most.`,
    },
    byLength.map((visits, i) => {
      const height = (HEIGHT * visits) / most;
      return h("rect", {
        class: "ink-bar",
        x: i * step,
        y: HEIGHT - height,
        width: Math.max(1, step - 2),
        height,
      });
    }),
    h("path", { class: "base", d: `M0 ${HEIGHT}H${WIDTH}` }),
    h(
      "text",
      {
        x: isLeft ? (top + 1) * step + 4 : top * step - 6,
        y: -4,
        "text-anchor": isLeft ? "start" : "end",
      },
      words,
    ),
    ticks.map((length) => h("text", { class: "axis", x: (length - 2) * step, y }, length)),
    h("text", { class: "axis", x: WIDTH, y, "text-anchor": "end" }, `${last} clicks`),
  );
}

function curve(support: Int32Array, itemsOfHalf: number): Node_ {
  const sorted = support.slice().sort((a, b) => b - a);
  const all = sorted.reduce((sum, clicks) => sum + clicks, 0);
  const points: string[] = [];
  const every = Math.max(1, Math.floor(sorted.length / 60));
  let sum = 0;
  for (const [i, clicks] of sorted.entries()) {
    if (i % every === 0)
      points.push(
        `${((WIDTH * i) / sorted.length).toFixed(1)} ${(HEIGHT * (1 - sum / all)).toFixed(1)}`,
      );
    sum += clicks;
  }
  points.push(`${WIDTH} 0`);
  const half = itemsOfHalf / sorted.length;
  const x = WIDTH * half;
  const [wordsX, wordsY] = x > FAR ? [0, 4] : [x + 12, HEIGHT / 2 + 10];
  const words = `${half < 0.01 ? "Under 1" : percent(half)} % of the items`;
  return h(
    "svg",
    { viewBox: BOX, role: "img", "aria-label": `${words} get half of the clicks.` },
    h("path", { class: "grid", d: `M0 ${HEIGHT}L${WIDTH} 0` }),
    h("path", { class: "ink-curve", d: `M${points.join("L")}` }),
    h("path", { class: "drop-line", d: `M${x} ${HEIGHT / 2}V${HEIGHT}` }),
    h("circle", { class: "ink-dot", cx: x, cy: HEIGHT / 2, r: 4 }),
    h("path", { class: "base", d: `M0 ${HEIGHT}H${WIDTH}` }),
    h("text", { x: wordsX, y: wordsY }, words),
    h("text", { x: wordsX, y: wordsY + 16 }, "get half of the clicks"),
    h("text", { class: "axis", x: 0, y: HEIGHT + 17 }, "most clicked"),
    h("text", { class: "axis", x: WIDTH, y: HEIGHT + 17, "text-anchor": "end" }, "least clicked"),
  );
}

function pair(recall: number, shuffled: number, cutoff: number): Node_ {
  const scale = (WIDTH * 0.75) / Math.max(recall, shuffled, 0.01);
  const row = (words: string, value: number, y: number, kind: string): Node_[] => [
    h("text", { x: 0, y }, words),
    h("rect", { class: kind, x: 0, y: y + 7, width: value * scale, height: 11, rx: 1 }),
    h("text", { class: "value", x: value * scale + 8, y: y + 17 }, percent(value)),
  ];
  return h(
    "svg",
    {
      viewBox: BOX,
      role: "img",
      "aria-label": `Knowing the last click finds ${percent(recall)} of 100, with each visit shuffled ${percent(shuffled)}.`,
    },
    row("as they were clicked", recall, 9, "ink-bar"),
    row("each visit shuffled", shuffled, 57, "pale-bar"),
    h(
      "text",
      { class: "axis", x: 0, y: HEIGHT + 17 },
      `found in ${cutoff}, knowing the last click`,
    ),
  );
}

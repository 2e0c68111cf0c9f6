/** The Play section: search, the visit, what is likely next and why, beside the map. */

import { late } from "../state/late.js";
import { clear, fromLog, takeIn, undo } from "../state/play.js";
import type { State } from "../state/state.js";
import { type Child, h, type Node_ } from "./dom.js";
import { guesses } from "./guesses.js";
import { icon } from "./icons.js";
import { mapPart } from "./map.js";
import { button, noticesOf, section } from "./parts.js";
import { search } from "./search.js";
import { visitRows } from "./visit.js";

const more = late(() => import("./popover.js"));
const title = { id: "play", number: 3, title: "Play" } as const;

export function playSection(state: State): Node_ | undefined {
  const { facts, phase, places, hasModel, notices } = state;
  if (!facts || phase === "reading" || phase === "columns") return undefined;
  if (!hasModel && (!places || phase === "ready")) {
    const later = h("p", { class: "later" }, "A second or two after training begins.");
    return section({ ...title, isFolded: true }, undefined, later);
  }
  return section(
    title,
    [
      h(
        "div",
        { class: "ask" },
        h("p", { class: "small intro" }, intro(state)),
        noticesOf(notices, "play"),
        search(state),
        h(
          "div",
          { class: "list-head" },
          h("h3", {}, "This visit"),
          h(
            "span",
            { class: "row" },
            button("link", "Undo", undo),
            button("link", "Clear", clear),
            facts.testSessions > 0 && button("link", "One from the log", () => void fromLog()),
          ),
        ),
        visitRows(state),
      ),
      h("div", { class: "likely" }, guesses(state), leftOut(state)),
      state.popover && more()?.popover(state),
      h("p", { class: "hidden", role: "status", "aria-live": "polite" }, state.said.guesses ?? ""),
    ],
    mapPart(state),
  );
}

function intro({ phase, held, names, answer }: State): Child {
  if (held) {
    const rank = answer ? answer.guesses.findIndex(({ item }) => item === held.next) + 1 : 0;
    const place =
      rank === 1
        ? "its first guess"
        : rank > 1
          ? `number ${rank} in its list`
          : "not among its first 20";
    return [
      "A visit from the log that was kept aside from training. Then came ",
      h("b", {}, names[held.next]!),
      `, ${place}.`,
    ];
  }
  if (phase === "training" || phase === "paused")
    return "You can play already. The list changes as it learns.";
  return "Be a visitor: click an item, here or on the map, and see what it expects next.";
}

function leftOut({ exclude, names }: State): Child {
  if (exclude.length === 0) return undefined;
  return [
    h(
      "div",
      { class: "list-head" },
      h("h3", {}, "Never recommend"),
      button("link", "Clear", () => takeIn()),
    ),
    h(
      "div",
      { class: "row chips" },
      exclude.map((item) =>
        h(
          "button",
          {
            type: "button",
            class: "chip",
            key: item,
            "aria-label": `Recommend ${names[item]} again`,
            onclick: () => takeIn(item),
          },
          names[item]!,
          icon("cross"),
        ),
      ),
    ),
  ];
}

/** More about a guess: where it would stand without each click, and items like it. */

import { click, leaveOut } from "../state/play.js";
import { change, type State } from "../state/state.js";
import { count, many } from "../words/numbers.js";
import { type Child, h, type Node_ } from "./dom.js";
import { icon } from "./icons.js";
import { button } from "./parts.js";

const PLACES = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth"];

export function popover(state: State): Node_ | undefined {
  const { popover: open, names, categories, facts } = state;
  if (!open) return undefined;
  const { item, similar } = open;
  const clicks = `clicked ${many(facts!.support[item]!, "time")}`;
  const category = categories?.[item];
  return h(
    "div",
    { class: "popover about", role: "group", "aria-label": names[item], key: item },
    h(
      "div",
      { class: "fold" },
      h("h3", {}, names[item]!),
      h(
        "button",
        {
          type: "button",
          class: "button icon-only",
          "aria-label": "Close",
          onclick: () => change({ popover: undefined }),
        },
        icon("cross"),
      ),
    ),
    h(
      "p",
      { class: "small" },
      category ? `${category}, ${clicks}` : `${clicks.charAt(0).toUpperCase()}${clicks.slice(1)}`,
    ),
    h("p", {}, standing(state, item)),
    h("h4", {}, "Similar items"),
    h(
      "ul",
      { class: "similar" },
      similar.map(({ item: other, closeness }) =>
        h(
          "li",
          { key: other },
          h("span", {}, names[other]!),
          h(
            "span",
            { class: "closeness" },
            h("i", { style: `width: ${Math.round(100 * Math.max(0, closeness))}%` }),
          ),
        ),
      ),
    ),
    h(
      "p",
      { class: "row" },
      button("edge", "Click it", () => click(item)),
      button("plain", "Leave it out", () => leaveOut(item)),
    ),
  );
}

function standing({ answer }: State, item: number): Child {
  const place = answer?.guesses.findIndex((guess) => guess.item === item) ?? -1;
  if (place < 0) return "Not among the first 20.";
  const effects = answer!.guesses[place]!.effects ?? [];
  const own = place + 1;
  const moved = effects
    .map(({ rank }, i) => [i + 1, rank] as const)
    .filter(([, rank]) => rank !== own);
  const name = PLACES[place] ?? `Number ${own}`;
  if (effects.length === 0) return `${name} in the list.`;
  if (moved.length === 0) return `${name} in the list, without any one of the clicks, too.`;
  const parts = moved.map(
    ([number, rank], i): Child => [
      i === 0 ? "Without" : i === moved.length - 1 ? " and without" : ", without",
      ` click ${number}${i === 0 ? " it would be" : ""} number `,
      h("b", {}, count(rank)),
    ],
  );
  return [`${name} in the list. `, parts, "."];
}

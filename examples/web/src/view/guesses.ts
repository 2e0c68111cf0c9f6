/** Likely next: rank, name, a bar relative to the first, and what each click did to it. */

import type { Effect, Guess } from "../engine/protocol.js";
import { click, openItem } from "../state/play.js";
import { change, type State } from "../state/state.js";
import { count } from "../words/numbers.js";
import { type Child, h, type Node_ } from "./dom.js";
import { icon } from "./icons.js";
import { button, term } from "./parts.js";

/** |Δ log share| under this is hardly a difference. */
const HARDLY = 0.3;
const MUCH = 1.5;
/** Columns of discs that have room beside the names. */
const MOST_DISCS = 6;
/** The bar of the first guess, as a share of its row. */
const WIDEST = 72;

export function guesses(state: State): Child {
  const { answer, without, looked, visit, shown, names, facts } = state;
  if (!answer || visit.length === 0) return undefined;
  const list = (looked !== undefined && without ? without : answer).guesses.slice(0, shown);
  const isLooking = looked !== undefined && without !== undefined;
  const first = Math.max(0, visit.length - MOST_DISCS);
  const hasEffects = visit.length > 1 && !isLooking;
  return [
    h(
      "div",
      { class: "list-head" },
      isLooking
        ? h(
            "p",
            { class: "without" },
            h("b", {}, `Without click ${looked + 1},`),
            ` ${names[visit[looked]!]}`,
          )
        : h("h3", {}, "Likely next"),
      hasEffects &&
        h(
          "span",
          { class: "because" },
          term("because of click", "found by asking again without that click"),
          visit
            .slice(first)
            .map((_, i) =>
              h("span", { class: "number-disc", "aria-hidden": "true" }, first + i + 1),
            ),
        ),
    ),
    h(
      "ol",
      { class: "guesses" },
      list.map((guess, place) => row(state, guess, place, first, isLooking)),
    ),
    h(
      "div",
      { class: "list-foot small" },
      button("link", shown > 8 ? "Show 8" : "Show 20", () => change({ shown: shown > 8 ? 8 : 20 })),
      hasEffects &&
        h(
          "span",
          { class: "key" },
          h("i", { class: "up" }),
          "moved it up ",
          h("i", { class: "moved-down" }),
          "moved it down",
        ),
    ),
    !isLooking && mattered(state),
    facts!.ids.length < 2 && h("p", { class: "small" }, `${count(facts!.ids.length)} item only.`),
  ];
}

function row(
  state: State,
  { item, relative, effects }: Guess,
  place: number,
  first: number,
  isLooking: boolean,
): Node_ {
  const { names, categories, answer, held, popover, visit } = state;
  const before = isLooking ? answer!.guesses.findIndex((guess) => guess.item === item) : -1;
  const about = held?.next === item ? "came next" : categories?.[item];
  const discs = visit.length > 1 && !isLooking;
  return h(
    "li",
    {
      key: place, // the focus stays at its rank
      "data-item": item,
      class: popover?.item === item ? "open" : "",
      onmouseenter: () => change({ pointed: item }),
      onmouseleave: () => change({ pointed: undefined }),
    },
    h(
      "button",
      {
        type: "button",
        class: "guess-row",
        onclick: () => click(item),
      },
      h("span", { class: "rank" }, place + 1),
      h("span", { class: "add" }, icon("plus")),
      h(
        "span",
        { class: "name" },
        names[item]!,
        about && h("span", { class: "category" }, about),
        h("span", { class: "hidden" }, spoken(effects)),
        h("span", {
          class: "guess-bar",
          style: `width: ${Math.max(1, WIDEST * relative).toFixed(1)}%`,
        }),
      ),
    ),
    isLooking &&
      h("span", { class: "was" }, before < 0 ? "new" : before === place ? "" : `was ${before + 1}`),
    discs &&
      h(
        "span",
        { class: "effects", "aria-hidden": "true" },
        visit.slice(first).map((_, i) => disc(effects?.[first + i])),
      ),
    h(
      "button",
      {
        type: "button",
        class: "button icon-only",
        "aria-label": `More about ${names[item]}`,
        "aria-expanded": String(popover?.item === item),
        onclick: () => void openItem(item),
      },
      icon("more"),
    ),
  );
}

/** Filled: moved it up. Ring: moved it down. Point: hardly. The radius tells how much. */
function disc(effect: Effect | undefined): Node_ {
  const shift = effect?.shift ?? 0;
  const isHardly = Math.abs(shift) < HARDLY || !Number.isFinite(shift);
  const radius = isHardly ? 1.3 : 2.5 + 5 * Math.sqrt(Math.min(1, Math.abs(shift) / 4));
  const kind = isHardly ? "hardly" : shift > 0 ? "up" : "moved-down";
  return h(
    "svg",
    { viewBox: "-11 -11 22 22", class: "effect" },
    effect && h("circle", { class: kind, r: kind === "moved-down" ? radius - 0.8 : radius }),
  );
}

/** What the discs say, for those who listen. */
function spoken(effects: readonly Effect[] = []): string {
  const parts = effects.map(({ shift }, i) => {
    const much = Math.abs(shift) > MUCH ? " much" : "";
    if (Math.abs(shift) < HARDLY) return `click ${i + 1} hardly moved it`;
    return `click ${i + 1} moved it ${shift > 0 ? "up" : "down"}${much}`;
  });
  return parts.length > 0 ? `: ${parts.join(", ")}` : "";
}

/** The click without which the list would change most, in a sentence. */
function mattered({ answer, visit, names, categories }: State): Child {
  const most = answer?.mattersMost;
  const item = most === undefined ? undefined : answer?.firstWithout?.[most];
  if (most === undefined || item === undefined || item < 0) return undefined;
  const effects = answer?.guesses[0]?.effects;
  if (effects?.length !== visit.length) return undefined; // of the visit before the last click
  const category = categories?.[item];
  const other = names[item]!;
  const clicked = names[visit[most]!]!.replace(/,.*/, "");
  const what = `${clicked.charAt(0).toLowerCase()}${clicked.slice(1)}`;
  const isSame = item === answer!.guesses[0]?.item;
  const rest = isSame
    ? `Without the ${what} the list would still begin with ${other}.`
    : `Without the ${what} the list would begin with ${category ? `${category.toLowerCase()}: ` : ""}${other}.`;
  return h("p", { class: "mattered" }, h("b", {}, `Click ${most + 1} mattered most. `), rest);
}

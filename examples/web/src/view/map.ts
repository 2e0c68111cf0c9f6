/** The map: every item a dot, the visit in ink over it, the guesses lit. */

import { PLACED } from "../map/layout.js";
import { late } from "../state/late.js";
import { click } from "../state/play.js";
import { radiiOf } from "../state/radii.js";
import { change, type State } from "../state/state.js";
import { count } from "../words/numbers.js";
import { type Child, h, type Node_, once } from "./dom.js";
import { dotNames, lines } from "./dot-names.js";
import { dots, halos } from "./dots.js";
import { isSmall, labels } from "./labels.js";
import { halo, legs, viewBox, zoomButtons } from "./map-layers.js";
import { mapKey, nearestTo, startPan, wheel } from "./moves.js";
import { movedTo } from "./moving.js";
import { disc, type Point } from "./path.js";

export function mapPart(state: State): Child {
  const { places, categories, mode } = state;
  const modes: (readonly [State["mode"], string])[] = [
    ["next", "Next click"],
    ["popularity", "Popularity"],
  ];
  if (categories) modes.push(["category", state.facts!.isShop ? "Department" : "Category"]);
  return [
    h(
      "div",
      { class: "list-head map-head" },
      h("h3", {}, "Map of the items"),
      h(
        "div",
        { class: "modes", role: "radiogroup", "aria-label": "Colours of the map" },
        modes.map(([name, words]) =>
          h(
            "label",
            { class: name === mode ? "chosen" : "", key: name },
            h("input", {
              type: "radio",
              name: "mode",
              checked: name === mode,
              onchange: () => change({ mode: name }),
            }),
            words,
          ),
        ),
      ),
    ),
    places ? whole(state) : h("div", { class: "map waiting small" }, waiting(state)),
    h(
      "p",
      { class: "legend small", "aria-hidden": "true" },
      h("span", {}, h("i", { class: "number-disc" }, "1"), "clicked, in this order"),
      h("span", {}, h("i", { class: "lit three-dots" }), "likely next, more or less"),
      h(
        "span",
        {},
        h("i", { class: "small-dot" }),
        h("i", { class: "large-dot" }),
        "seldom, often clicked",
      ),
    ),
    h("p", { class: "small caption" }, caption(state)),
  ];
}

function waiting({ hasMap }: State): string {
  return hasMap ? "The map is being drawn." : "The map could not start. The list answers.";
}

function caption({ phase, categories, facts }: State): string {
  if (phase === "training" || phase === "paused") {
    return "Each dot is an item on its way to the items that are clicked in the same visits. The lines show where it came from.";
  }
  const near = "Items that are clicked in the same visits lie near each other.";
  if (!categories) return near;
  const what = facts!.isShop ? "departments" : "categories";
  return `${near} It was never told the ${what}: their names were written onto the map afterwards.`;
}

const manyDots = late(() => import("./canvas.js"));
const radiiOnce = once();
const layer = { dots: once(), labels: once(), halos: once(), lines: once() };
let radii = new Float32Array(0);

function whole(state: State): Node_ {
  const {
    places,
    answer,
    without,
    looked,
    visit,
    names,
    pointed,
    popover,
    mode,
    view,
    facts,
    categories,
    came,
    phase,
  } = state;
  radiiOnce([facts], () => {
    radii = radiiOf(facts!.support) as Float32Array<ArrayBuffer>;
    return h("g");
  });
  const shown = (looked !== undefined && without) || answer;
  const relative = visit.length > 0 ? shown?.relative : undefined;
  const isLearning = phase === "training" || phase === "paused";
  const isDrawn = facts!.ids.length <= PLACED;
  const at = (item: number): Point => ({ x: places![2 * item]!, y: places![2 * item + 1]! });
  const first = visit.length > 0 ? shown?.guesses[0]?.item : undefined;
  const near = popover?.similar.map(({ item }) => item) ?? [];
  const named = [...new Set([first, popover?.item, pointed])].filter((item) => item !== undefined);
  const shownAt = isDrawn ? movedTo(places!) : places!;
  const tips = dotNames(
    named.map((item) => ({
      at: at(item),
      name: names[item]!,
      isGuess: item === first || (relative?.[item] ?? 0) > 0.02,
    })),
    { places: places!, radii, visit },
  );
  return h(
    "div",
    { class: "map-place" },
    !isDrawn &&
      manyDots()?.canvasMap({
        places: places!,
        radii,
        relative,
        mode,
        view,
        theme: state.theme,
        support: facts!.support,
      }),
    h(
      "svg",
      {
        class: isDrawn ? "map" : "map over",
        id: "map",
        viewBox: viewBox(view),
        tabindex: "0",
        role: "listbox",
        "aria-label": spoken(state, first),
        "aria-activedescendant": `map-${pointed ?? first ?? 0}`,
        onkeydown: (event: KeyboardEvent) => mapKey(event, state, first),
        onpointerdown: startPan,
        onwheel: wheel,
        onclick: (event: MouseEvent) => {
          const item = nearestTo(event, places!, radii);
          if (item !== undefined) click(item);
        },
        onpointermove: (event: PointerEvent) => {
          const item = nearestTo(event, places!, radii);
          if (item !== state.pointed && event.pointerType === "mouse") change({ pointed: item });
        },
        onpointerleave: () => change({ pointed: undefined }),
      },
      // Arrows reach all items; the lit ones stand in the list, and the one that is pointed at.
      [...new Set([pointed ?? first ?? 0, ...(shown?.guesses ?? []).map(({ item }) => item)])].map(
        (item) => option(state, item),
      ),
      halo(),
      isDrawn && isLearning && layer.lines([places, came], () => lines(places!, came, radii)),
      isDrawn &&
        layer.halos([places, relative, mode], () =>
          halos(places!, mode === "next" ? relative : undefined),
        ),
      isDrawn &&
        layer.dots([shownAt, relative, mode, facts, categories], () =>
          dots({ places: shownAt, radii, relative, mode, support: facts!.support, categories }),
        ),
      layer.labels([places, visit, categories, first, relative, isSmall()], () =>
        labels({
          places: places!,
          radii,
          visit,
          first,
          relative,
          named: first === undefined ? [] : tips.boxes.slice(0, 1),
          categories,
          names,
          support: facts!.support,
        }),
      ),
      near.map((item) =>
        h("circle", {
          class: "ring",
          key: `near-${item}`,
          cx: at(item).x,
          cy: at(item).y,
          r: radii[item]! + 2,
        }),
      ),
      legs(visit, at, first),
      first !== undefined &&
        h("circle", {
          class: "first-ring",
          key: "first",
          style: moved(at(first)),
          r: radii[first]! + 4.5,
        }),
      visit.map((item, i) => disc(at(item).x, at(item).y, i + 1, isSmall() ? 1.5 : 1)),
      tips.nodes,
    ),
    zoomButtons(),
    pointed !== undefined &&
      h("p", { class: "pointed small", "aria-hidden": "true" }, pointedWords(state, pointed)),
  );
}

function option(state: State, item: number): Node_ {
  return h("g", {
    role: "option",
    id: `map-${item}`,
    key: `option-${item}`,
    "aria-label": pointedWords(state, item),
    "aria-selected": String(state.visit.includes(item)),
  });
}

function moved({ x, y }: Point): string {
  return `transform: translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
}

function pointedWords({ names, facts, answer }: State, item: number): string {
  const place = answer?.guesses.findIndex((guess) => guess.item === item) ?? -1;
  const rank = place >= 0 ? `, number ${place + 1} in the list` : "";
  return `${names[item]}, clicked ${count(facts!.support[item]!)} times${rank}`;
}

function spoken({ names, visit, facts }: State, first: number | undefined): string {
  const items = `A map of ${count(facts!.ids.length)} items.`;
  const walked =
    visit.length > 0 ? ` Clicked: ${visit.map((item) => names[item]).join(", then ")}.` : "";
  const guess = first === undefined ? "" : ` First guess: ${names[first]}.`;
  return `${items}${walked}${guess} The list beside it says the same. Arrows go from item to item, Enter clicks.`;
}

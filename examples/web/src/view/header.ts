/** The header: where one is, the tab that says what left it, and the theme. */

import { late } from "../state/late.js";
import { change, now, type Section, type State } from "../state/state.js";
import { switchTheme } from "../state/theme.js";
import { h, type Node_ } from "./dom.js";
import { icon, mark } from "./icons.js";

export const STEPS: readonly (readonly [Section, string])[] = [
  ["data", "Data"],
  ["train", "Train"],
  ["play", "Play"],
  ["take", "Take away"],
];

const facts = late(() => import("./tab-facts.js"));

export function header(state: State): Node_ {
  const { progress, phase } = state;
  const done = progress ? (progress.pass - 1 + progress.share) / progress.passes : 0;
  const isLearning = phase === "training" || phase === "paused";
  return h(
    "header",
    { class: "header" },
    h(
      "div",
      { class: "bar" },
      h(
        "a",
        { class: "brand", href: "./", "aria-label": "gru4rec, start" },
        mark(),
        h("span", {}, "gru4rec"),
      ),
      h("nav", { class: "steps", "aria-label": "Steps" }, steps(state)),
      h("div", { class: "spring" }),
      privacyTab(state),
      h("a", { class: "plain-link wide-only", href: __GUIDE__ }, "Guide"),
      h(
        "a",
        { class: "plain-link wide-only", href: "https://github.com/gru4rec/gru4rec-js" },
        "GitHub",
      ),
      h(
        "button",
        {
          type: "button",
          class: "button icon-only",
          "aria-label": state.theme === "dark" ? "Light theme" : "Dark theme",
          onclick: switchTheme,
        },
        icon(state.theme === "dark" ? "sun" : "moon"),
      ),
    ),
    isLearning &&
      h("div", { class: "learning", style: `transform: scaleX(${done})`, "aria-hidden": "true" }),
  );
}

/** Which steps are done, in view, or not yet. */
export function steps({ phase, section, hasModel }: State): Node_[] {
  const isDone: Readonly<Record<Section, boolean>> = {
    data: phase !== "first" && phase !== "reading" && phase !== "columns",
    train: phase === "ended",
    play: phase === "ended" && hasModel,
    take: phase === "ended" && hasModel,
  };
  const canGo: Readonly<Record<Section, boolean>> = {
    data: true,
    train: isDone.data,
    play: hasModel,
    take: hasModel,
  };
  return STEPS.map(([id, name]) =>
    h(
      "a",
      {
        key: id,
        href: `#${id}`,
        class: `step${id === section ? " here" : ""}${canGo[id] ? "" : " later"}`,
        "aria-current": id === section ? "step" : undefined,
        onclick: () => change({ section: id }),
      },
      isDone[id] && id !== section && icon("check"),
      h("span", {}, name),
    ),
  );
}

function privacyTab({ phase, isTabOpen, foreign }: State): Node_ {
  const hasBegun = phase !== "first";
  const said = hasBegun ? "Nothing left this tab" : "Nothing leaves this tab";
  return h(
    "div",
    { class: "tab-place" },
    h(
      "button",
      {
        type: "button",
        class: `tab${foreign > 0 ? " leaked" : ""}`,
        "aria-expanded": String(isTabOpen),
        "aria-controls": "tab-facts",
        onclick: () => change({ isTabOpen: !now().isTabOpen }),
      },
      icon("up"),
      h(
        "span",
        { class: hasBegun ? "wide-only" : "" },
        foreign > 0 ? "Something left this tab" : said,
      ),
      hasBegun && h("span", { class: "sent" }, "0 bytes sent"),
    ),
    isTabOpen && facts()?.tabFacts(said, foreign),
  );
}

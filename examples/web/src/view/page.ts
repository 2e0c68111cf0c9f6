/** The whole page, from its state. */

import type { State } from "../state/state.js";
import { dataSection } from "./data.js";
import { type Child, h } from "./dom.js";
import { firstScreen } from "./first.js";
import { footer } from "./footer.js";
import { header, steps } from "./header.js";
import { playSection } from "./play.js";
import { takeSection } from "./take.js";
import { trainSection } from "./train.js";

export function page(state: State): Child[] {
  const isFirst = state.phase === "first";
  const sections = isFirst
    ? firstScreen(state)
    : [dataSection(state), trainSection(state), playSection(state), takeSection(state)];
  return [
    h("a", { class: "skip", href: "#main" }, "To the content"),
    header(state),
    h(
      "main",
      { id: "main", tabindex: "-1", class: isFirst ? "first-page" : `phase-${state.phase}` },
      !isFirst && h("h1", { class: "hidden" }, "What will they click next?"),
      sections,
    ),
    footer(state),
    h("nav", { class: "phone-steps", "aria-label": "Steps, at the bottom" }, steps(state)),
    state.isDragging && h("div", { class: "let-go", role: "status" }, "Let go to read it here"),
  ];
}

/** Parts that all sections are made of: buttons, links, terms with their meaning, notices. */

import type { Notice, Section } from "../state/state.js";
import { type Child, h, type Node_ } from "./dom.js";
import { type IconName, icon } from "./icons.js";

interface ButtonMore {
  readonly icon?: IconName;
  readonly isOff?: boolean;
  readonly label?: string;
  readonly key?: string;
}

/** @param kind `"main"` is filled, `"edge"` has a border, `"plain"` neither, `"link"` is underlined text */
export function button(
  kind: "main" | "edge" | "plain" | "link",
  name: Child,
  onclick: () => void,
  { icon: drawn, isOff = false, label, key }: ButtonMore = {},
): Node_ {
  return h(
    "button",
    { type: "button", class: `button ${kind}`, onclick, disabled: isOff, "aria-label": label, key },
    drawn && icon(drawn),
    h("span", {}, name),
  );
}

/** The term of the trade, with one sentence on hover, focus or tap. */
export function term(name: string, meaning: string): Node_ {
  return h(
    "span",
    { class: "term", tabindex: "0", role: "button", "aria-label": `${name}: ${meaning}` },
    name,
    h("span", { class: "meaning", "aria-hidden": "true" }, meaning),
  );
}

export const TERMS = {
  recall: "of 100 next clicks, how many are in its first 20 guesses",
  mrr: "1 if always first, ½ if always second, averaged",
  loss: "how surprised it is by a click it is shown",
  pass: "once through all clicks; an epoch",
} as const;

export function noticesOf(notices: readonly Notice[], section: Section): Node_[] {
  return notices
    .filter((one) => one.section === section)
    .map(({ fact, rest, isNews = false, actions = [] }) =>
      h(
        "div",
        { class: isNews ? "notice news" : "notice", role: isNews ? "status" : "alert", key: fact },
        icon(isNews ? "news" : "warn"),
        h(
          "div",
          {},
          h("p", {}, h("b", {}, fact), " ", rest),
          actions.length > 0 &&
            h(
              "p",
              { class: "row" },
              actions.map(({ name, run }, i) => button(i === 0 ? "edge" : "link", name, run)),
            ),
        ),
      ),
    );
}

/** A section: its number hangs left of the heading. */
export function section(
  {
    id,
    number,
    title,
    isFolded = false,
  }: { id: Section; number: number; title: string; isFolded?: boolean },
  left: Child,
  right: Child,
): Node_ {
  return h(
    "section",
    {
      id,
      key: id,
      class: isFolded ? "section folded" : "section",
      "aria-labelledby": `${id}-title`,
    },
    h(
      "div",
      { class: "left" },
      h(
        "h2",
        { id: `${id}-title`, tabindex: "-1" },
        h("span", { class: "number", "aria-hidden": "true" }, number),
        title,
      ),
      left,
    ),
    h("div", { class: "right" }, right),
  );
}

export function bar(share: number, name: string): Node_ {
  const percent = Math.round(100 * Math.min(1, share));
  return h(
    "div",
    {
      class: "bar-track",
      role: "progressbar",
      "aria-label": name,
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      "aria-valuenow": String(percent),
    },
    h("div", { class: "bar-done", style: `transform: scaleX(${share})` }),
  );
}

export function fileBox(name: string, about: string): Node_ {
  return h(
    "div",
    { class: "file" },
    icon("file"),
    h("div", {}, h("p", { class: "file-name" }, name), h("p", { class: "small" }, about)),
  );
}

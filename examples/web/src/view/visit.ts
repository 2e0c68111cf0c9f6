/** The visit: numbered discs in ink; a pointer or the focus on one asks what would be without it. */

import { look, takeBack } from "../state/play.js";
import type { State } from "../state/state.js";
import { h, type Node_ } from "./dom.js";
import { icon } from "./icons.js";

export function visitRows({ visit, names, categories, looked }: State): Node_ {
  if (visit.length === 0) {
    return h(
      "p",
      { class: "empty-visit small" },
      "Click an item on the map or search for one, and the guesses appear here.",
    );
  }
  return h(
    "ol",
    { class: "visit" },
    visit.map((item, place) =>
      h(
        "li",
        {
          key: `${place}`,
          class: place === looked ? "looked" : "",
          onmouseenter: () => void look(place),
          onmouseleave: () => void look(undefined),
        },
        h("span", { class: "number-disc", "aria-hidden": "true" }, place + 1),
        h(
          "span",
          { class: "name" },
          names[item]!,
          categories && h("span", { class: "category" }, categories[item]!),
        ),
        h(
          "button",
          {
            type: "button",
            class: "button icon-only",
            "aria-label": `Take click ${place + 1}, ${names[item]}, out`,
            onfocus: () => void look(place),
            onblur: () => void look(undefined),
            onclick: () => takeBack(place),
          },
          icon("cross"),
        ),
      ),
    ),
  );
}

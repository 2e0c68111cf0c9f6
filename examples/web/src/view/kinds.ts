/** Which kinds of events are clicks, where a log tells kinds. Loaded when one does. */

import type { State } from "../state/state.js";
import { changeColumn } from "../state/telling.js";
import { count } from "../words/numbers.js";
import { type Child, h } from "./dom.js";

export function kindsRow({ facts }: State): Child {
  const kinds = Object.entries(facts!.kinds!);
  const all = kinds.map(([name]) => name);
  const chosen = facts!.chosen ?? all;
  return h(
    "fieldset",
    { class: "kinds" },
    h("legend", {}, "Events that are clicks"),
    kinds.map(([name, events]) => {
      const isChosen = chosen.includes(name);
      const others = chosen.filter((one) => one !== name);
      return h(
        "label",
        { key: name },
        h("input", {
          type: "checkbox",
          checked: isChosen,
          disabled: isChosen && others.length === 0, // one kind there must be
          onchange: () => void changeColumn({ events: isChosen ? others : [...chosen, name] }),
        }),
        ` ${name} `,
        h("span", { class: "small" }, count(events)),
      );
    }),
  );
}

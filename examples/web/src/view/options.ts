/** All options: a name, a sentence and a field each; what was changed is marked and can be put back. */

import { typed } from "../state/learn.js";
import { written } from "../state/options.js";
import { settle } from "../state/settle.js";
import { change, type State } from "../state/state.js";
import { ALL_WORDS } from "../words/options.js";
import { h, type Node_ } from "./dom.js";
import { button } from "./parts.js";

export function optionsList(state: State): Node_ {
  return h(
    "div",
    { class: "options", role: "group", "aria-label": "All options" },
    Object.keys(ALL_WORDS).map((name) => option(state, name)),
  );
}

function option({ settings, own, wrong }: State, name: string): Node_ {
  const { sentence, choices } = ALL_WORDS[name]!;
  const id = `option-${name}`;
  const isChanged = own[name] !== undefined;
  const value = own[name] ?? written(settings!, name);
  const take = ({ target }: { target: HTMLInputElement | HTMLSelectElement }): void =>
    typed(name, target.value);
  const describedBy = `${id}-words`;
  const field = choices
    ? h(
        "select",
        { id, value, onchange: take, "aria-describedby": describedBy },
        [...new Set([...choices, value])].map((one) => h("option", { value: one }, one)),
      )
    : h("input", {
        id,
        value,
        oninput: take, // at once: the page may be drawn anew before the field is left
        "aria-describedby": describedBy,
        autocomplete: "off",
        spellcheck: "false",
      });
  return h(
    "div",
    { class: `option${wrong[name] ? " lacks" : ""}`, key: name },
    h(
      "div",
      {},
      h("label", { for: id }, name),
      isChanged && h("span", { class: "changed" }, "changed "),
      isChanged && button("link", "put back", () => putBack(own, name)),
      h(
        "p",
        { class: "small", id: describedBy, role: wrong[name] ? "alert" : undefined },
        wrong[name] ?? sentence,
      ),
    ),
    field,
  );
}

function putBack(own: State["own"], name: string): void {
  const { [name]: _, ...rest } = own;
  change({ own: rest, wrong: {} });
  settle();
}

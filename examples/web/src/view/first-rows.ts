/** The first rows of a table whose columns are not all known: the role above each column, what it looks like under its name. */

import type { Peek } from "../engine/protocol.js";
import { type Choice, ROLES, type Role } from "../state/columns.js";
import { missing } from "../state/guessed.js";
import type { State } from "../state/state.js";
import { NAMES } from "./columns.js";
import { type Child, h } from "./dom.js";

/** The one column that is left whose values come again; undefined where there are more, or none. */
export function perhapsItem({ columns }: Peek, chosen: Choice): string | undefined {
  const used = Object.values(chosen);
  const left = columns.filter(
    ({ name, looks }) => !used.includes(name) && / values in /.test(looks),
  );
  return left.length === 1 ? left[0]!.name : undefined;
}

export function firstRows({ peek, choice: chosen }: State, set: (part: Choice) => void): Child {
  const { columns, rows, form } = peek!;
  const roleOf = (name: string): Role | undefined => ROLES.find((role) => chosen[role] === name);
  const lacking = missing(chosen);
  return [
    h("div", { class: "fold" }, h("h3", {}, "The first rows"), h("p", { class: "small" }, form)),
    h(
      "div",
      { class: "scrolls", tabindex: "0", role: "region", "aria-label": "The first rows" },
      h(
        "table",
        { class: "rows" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            columns.map(({ name, looks }) => {
              const role = roleOf(name);
              const isPerhaps = lacking === "item" && name === perhapsItem(peek!, chosen);
              return h(
                "th",
                { scope: "col", class: role ? "used" : isPerhaps ? "perhaps" : "" },
                h("span", { class: "role" }, role ? NAMES[role] : isPerhaps ? "Item?" : "not used"),
                h(
                  "button",
                  {
                    type: "button",
                    class: "column-name",
                    "aria-label": lacking ? `${name} is the ${lacking}` : name,
                    onclick: () => lacking && !role && set({ [lacking]: name }),
                  },
                  name,
                ),
                h("span", { class: "small" }, looks),
              );
            }),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map((row) =>
            h(
              "tr",
              {},
              columns.map(({ name }, i) => {
                const isEmpty = !row[i];
                const used = roleOf(name) ? "used" : "";
                return h("td", { class: isEmpty ? "empty" : used }, row[i] || "empty");
              }),
            ),
          ),
        ),
      ),
    ),
  ];
}

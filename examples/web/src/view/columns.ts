/** Which column is what: a row of three choices over a log that was read. */

import { ROLES, ROWS, type Role } from "../state/columns.js";
import type { State } from "../state/state.js";
import { count } from "../words/numbers.js";
import { type Child, h, type Node_ } from "./dom.js";
import { button } from "./parts.js";

export const NAMES: Readonly<Record<Role, string>> = { visit: "Visit", item: "Item", time: "Time" };
export const PAUSES: readonly (readonly [number, string])[] = [
  [900, "15 min"],
  [1800, "30 min"],
  [3600, "1 hour"],
  [86_400, "1 day"],
];

const telling = (): Promise<typeof import("../state/telling.js")> => import("../state/telling.js");
const ask = (): void => void telling().then(({ askColumns }) => askColumns());

/** The columns of a log that was read, each with how it was found. */
export function columnsRow({ facts, peek }: State): Child {
  const { columns, isShop, timeUnit, pause, form } = facts!;
  if (isShop || form === "a model") return undefined;
  const known = peek?.columns.map(({ name }) => name);
  return [
    h(
      "div",
      { class: "columns three" },
      ROLES.map((role) => {
        const column = columns[role];
        if (!column) return undefined;
        const how = column.found === "guessed" ? "by its name" : "as you chose";
        const unit = column.name === ROWS ? "the file has no times" : unitWords(timeUnit);
        const said = role === "time" ? unit : how;
        return choice(role, known ?? [column.name], column.name, said, (name) => {
          if (name === "…") ask();
          else void telling().then(({ changeColumn }) => changeColumn({ [role]: name }));
        });
      }),
    ),
    pause !== undefined &&
      h(
        "p",
        { class: "small" },
        `These are visitors. A pause of ${pauseWords(pause)} begins a new visit, which gives ${count(facts!.sessions)} visits. `,
        button("link", "Not right?", ask),
      ),
    pause === undefined &&
      h("p", { class: "small" }, `${upper(form)}. `, button("link", "Not right?", ask)),
  ];
}

export function choice(
  role: Role,
  names: readonly string[],
  chosen: string | undefined,
  said: Child,
  take: (name: string) => void,
): Node_ {
  const id = `column-${role}`;
  const options = names.includes(chosen ?? "") || chosen === undefined ? names : [chosen, ...names];
  return h(
    "div",
    { class: `column${chosen === undefined ? " lacks" : ""}`, key: role },
    h("label", { for: id }, NAMES[role]),
    h(
      "div",
      {},
      h(
        "select",
        {
          id,
          value: chosen ?? "",
          onchange: ({ target }: { target: HTMLSelectElement }) => take(target.value),
        },
        chosen === undefined && h("option", { value: "" }, "Choose a column"),
        options.map((name) => h("option", { value: name }, name)),
        names.length < 2 && h("option", { value: "…" }, "Another column …"),
      ),
      h("p", { class: "small" }, said),
    ),
  );
}

function unitWords(unit: string): string {
  const words: Readonly<Record<string, string>> = {
    seconds: "seconds since 1970, UTC",
    milliseconds: "milliseconds since 1970, UTC",
    microseconds: "microseconds since 1970, UTC",
    nanoseconds: "nanoseconds since 1970, UTC",
    "ISO 8601": "date and time",
    none: "the order of the rows",
  };
  return words[unit] ?? unit;
}

function pauseWords(seconds: number): string {
  return PAUSES.find(([value]) => value === seconds)?.[1] ?? `${count(seconds / 60)} min`;
}

export function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

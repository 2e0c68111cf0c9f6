/** Which column is what: a row of three choices over a log that was read, and the first rows where a choice is missing. */

import { chooseFile } from "../state/choose.js";
import { type Choice, missing, ROLES, type Role } from "../state/columns.js";
import { askColumns, changeColumn, open, useColumns } from "../state/log.js";
import { change, type State } from "../state/state.js";
import { count, size } from "../words/numbers.js";
import { type Child, h, type Node_ } from "./dom.js";
import { firstRows, NAMES, perhapsItem } from "./first-rows.js";
import { button, fileBox, noticesOf, section } from "./parts.js";

const PAUSES: readonly (readonly [number, string])[] = [
  [900, "15 min"],
  [1800, "30 min"],
  [3600, "1 hour"],
  [86_400, "1 day"],
];

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
        const said = role === "time" ? unitWords(timeUnit) : how;
        return choice(role, known ?? [column.name], column.name, said, (name) => {
          if (name === "…") void askColumns();
          else void changeColumn({ [role]: name });
        });
      }),
    ),
    pause !== undefined &&
      h(
        "p",
        { class: "small" },
        `These are visitors. A pause of ${pauseWords(pause)} begins a new visit, which gives ${count(facts!.sessions)} visits. `,
        button("link", "Not right?", () => void askColumns()),
      ),
    pause === undefined &&
      h(
        "p",
        { class: "small" },
        `${upper(form)}. `,
        button("link", "Not right?", () => void askColumns()),
      ),
  ];
}

function choice(
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
        options.map((name) => h("option", { value: name, selected: name === chosen }, name)),
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

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The section while a column is missing: the choices left, the first rows right. */
export function columnsAsked(state: State): Node_ {
  const { peek, choice: chosen, files, notices } = state;
  const lacking = missing(chosen);
  const names = peek!.columns.map(({ name }) => name);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const set = (part: Choice): void => change({ choice: { ...chosen, ...part } });
  return section(
    { id: "data", number: 1, title: "Data" },
    [
      noticesOf(notices, "data"),
      fileBox(files.map(({ name }) => name).join(", "), `${size(total)}, not uploaded`),
      h("p", { class: "says" }, question(chosen)),
      h(
        "div",
        { class: "choices" },
        ROLES.map((role) =>
          h(
            "div",
            { class: "choice", key: role },
            choice(role, names, chosen[role], looksOf(state, role), (name) =>
              set({ [role]: name }),
            ),
            role === "visit" && chosen.visit !== undefined && pauseChoice(chosen, set),
          ),
        ),
      ),
      h(
        "p",
        { class: "row" },
        button("main", "Use these columns", useColumns, { isOff: lacking !== undefined }),
        button("plain", "Another file", () => chooseFile(open)),
      ),
      lacking && h("p", { class: "small" }, `Choose the ${lacking} first.`),
    ],
    firstRows(state, set),
  );
}

function question(chosen: Choice): Child {
  const lacking = missing(chosen);
  if (!lacking) return [h("b", {}, "Please look at the columns."), " These are guesses."];
  const others = ROLES.filter((role) => role !== lacking && chosen[role] !== undefined);
  const rest =
    others.length > 0
      ? ` The ${others.join(" and the ")} ${others.length > 1 ? "are guesses" : "is a guess"}, so please look.`
      : "";
  return [h("b", {}, `Which column is the ${lacking}?`), rest];
}

function pauseChoice(chosen: Choice, set: (part: Choice) => void): Child {
  return h(
    "div",
    { class: "pause" },
    h(
      "label",
      {},
      h("input", {
        type: "checkbox",
        checked: chosen.pause !== undefined,
        onchange: ({ target }: { target: HTMLInputElement }) => {
          const { pause: _, ...rest } = chosen;
          change({ choice: target.checked ? { ...rest, pause: 1800 } : rest });
        },
      }),
      "These are visitors, who come back",
    ),
    chosen.pause !== undefined &&
      h(
        "label",
        {},
        "New visit after a pause of ",
        h(
          "select",
          {
            class: "small-select",
            value: String(chosen.pause),
            onchange: ({ target }: { target: HTMLSelectElement }) =>
              set({ pause: Number(target.value) }),
          },
          PAUSES.map(([value, name]) =>
            h("option", { value: String(value), selected: value === chosen.pause }, name),
          ),
        ),
      ),
  );
}

function looksOf({ peek, choice: chosen }: State, role: Role): Child {
  const column = peek!.columns.find(({ name }) => name === chosen[role]);
  if (column) return upper(column.looks);
  const words = { visit: "Who clicked.", item: "What was clicked.", time: "When it was clicked." };
  const perhaps = role === "item" ? perhapsItem(peek!, chosen) : undefined;
  if (!perhaps) return words[role];
  const take = (): void => change({ choice: { ...chosen, item: perhaps } });
  return [
    `${words[role]} Perhaps `,
    button("link", perhaps, take),
    ", the only one with values that come again.",
  ];
}

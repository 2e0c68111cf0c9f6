/** Asks which column is what where a log does not tell: choices, and its first rows. Loaded when it is to be asked. */

import { chooseFile } from "../state/choose.js";
import { type Choice, ROLES, ROWS, type Role } from "../state/columns.js";
import { missing } from "../state/guessed.js";
import { open } from "../state/log.js";
import { change, type State } from "../state/state.js";
import { canNumber, useColumns } from "../state/use-columns.js";
import { size } from "../words/numbers.js";
import { choice, PAUSES, upper } from "./columns.js";
import { type Child, h, type Node_ } from "./dom.js";
import { firstRows, perhapsItem } from "./first-rows.js";
import { button, fileBox, noticesOf, section } from "./parts.js";

/** The section while a column is missing: the choices left, the first rows right. */
export function columnsAsked(state: State): Node_ {
  const { peek, choice: chosen, files, notices, facts, hasModel } = state;
  const lacking = missing(chosen);
  const names = peek!.columns.map(({ name }) => name);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const set = (part: Choice): void => change({ choice: { ...chosen, ...part } });
  const hasPause = chosen.visit !== undefined && chosen.time !== ROWS;
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
            choice(
              role,
              role === "time" && canNumber(state) ? [...names, ROWS] : names,
              chosen[role],
              looksOf(state, role),
              (name) => set({ [role]: name }),
            ),
            role === "visit" && hasPause && pauseChoice(chosen, set),
          ),
        ),
      ),
      h(
        "p",
        { class: "row" },
        button("main", "Use these columns", () => void useColumns(), {
          isOff: lacking !== undefined,
        }),
        button("plain", "Another file", () => chooseFile(open)),
        facts && button("plain", "Back", () => change({ phase: hasModel ? "ended" : "ready" })),
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
          PAUSES.map(([value, name]) => h("option", { value: String(value) }, name)),
        ),
      ),
  );
}

function looksOf(state: State, role: Role): Child {
  const { peek, choice: chosen } = state;
  if (role === "time" && chosen.time === ROWS) return "The oldest click comes first.";
  const column = peek!.columns.find(({ name }) => name === chosen[role]);
  if (column) return upper(column.looks);
  const words = { visit: "Who clicked.", item: "What was clicked.", time: "When it was clicked." };
  if (role === "time" && canNumber(state)) {
    const take = (): void => change({ choice: { ...chosen, time: ROWS } });
    return [`${words.time} Without times, `, button("link", ROWS, take), " will do."];
  }
  const perhaps = role === "item" ? perhapsItem(peek!, chosen) : undefined;
  if (!perhaps) return words[role];
  const take = (): void => change({ choice: { ...chosen, item: perhaps } });
  return [
    `${words[role]} Perhaps `,
    button("link", perhaps, take),
    ", the only one with values that come again.",
  ];
}

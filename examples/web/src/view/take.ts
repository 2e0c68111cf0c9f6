/** The Take away section: files to save, a model to open, and the code that does the same. */

import { late } from "../state/late.js";
import { chooseModel } from "../state/log.js";
import { change, type State } from "../state/state.js";
import { copyCode, saveLists, saveMap, saveModel } from "../state/take.js";
import { type CodeName, fileName, inNode, type Told } from "../words/code.js";
import { count } from "../words/numbers.js";
import { type Child, h, type Node_ } from "./dom.js";
import { button, noticesOf, section } from "./parts.js";

const title = { id: "take", number: 4, title: "Take away" } as const;
const TABS: readonly (readonly [CodeName, string])[] = [
  ["node", "Node"],
  ["browser", "Browser"],
  ["command", "Command line"],
];

export function takeSection(state: State): Node_ | undefined {
  const { facts, phase, hasModel, notices } = state;
  if (!facts || phase === "reading" || phase === "columns") return undefined;
  if (phase !== "ended" || !hasModel) {
    const what = phase === "ready" ? "." : ": the model, all recommendations, the code.";
    return section(
      { ...title, isFolded: true },
      undefined,
      h("p", { class: "later" }, `When training is done or stopped${what}`),
    );
  }
  return section(title, [noticesOf(notices, "take"), takes(state)], code(state));
}

function takes({ facts, said, places }: State): Child {
  const rows = 20 * facts!.ids.length;
  const save = (name: string, label: string, run: () => void): Child => [
    h("span", { class: "small said", role: "status" }, said[name] ?? ""),
    button("edge", "Save", run, { icon: "down", label }),
  ];
  return h(
    "div",
    { class: "takes" },
    one(
      "The model",
      [fileName(facts!), ". Opens in Node, in Python and here."],
      save("model", "Save the model", () => void saveModel()),
    ),
    one(
      "All recommendations",
      `CSV, ${count(rows)} rows: for each item the 20 that are likely next.`,
      save("lists", "Save all recommendations", () => void saveLists()),
    ),
    places &&
      one(
        "The map",
        "SVG, as it is shown above.",
        save("map", "Save the map", () => void saveMap()),
      ),
    one(
      "A model from before",
      "Saved here or trained in Node.",
      button("edge", "Open", chooseModel, { label: "Open a model from before" }),
    ),
  );
}

function one(name: string, about: Child, action: Child): Node_ {
  return h(
    "div",
    { class: "take", key: name },
    h("div", {}, h("h3", {}, name), h("p", { class: "small" }, about)),
    h("div", { class: "row end" }, action),
  );
}

const others = late(() => import("../words/other-code.js"));

function codeOf(name: CodeName, told: Told): string {
  if (name === "node") return inNode(told);
  const { inBrowser, commandLine } = others() ?? {};
  return (name === "browser" ? inBrowser : commandLine)?.(told) ?? "";
}

function code(state: State): Child {
  const { code: chosen, facts, settings, visit, said } = state;
  const text = codeOf(chosen, {
    facts: facts!,
    settings: facts!.form === "a model" ? undefined : settings,
    visit,
  });
  return [
    h(
      "div",
      { class: "code-head" },
      h(
        "div",
        { class: "tabs", role: "tablist", "aria-label": "Code" },
        TABS.map(([name, words], i) =>
          h(
            "button",
            {
              type: "button",
              role: "tab",
              id: `code-${name}`,
              key: name,
              class: name === chosen ? "chosen" : "",
              "aria-selected": String(name === chosen),
              "aria-controls": "code",
              tabindex: name === chosen ? "0" : "-1",
              onclick: () => change({ code: name }),
              onkeydown: (event: KeyboardEvent) => turn(event, i),
            },
            words,
          ),
        ),
      ),
      button("plain", said.copy || "Copy", () => void copyCode(text), {
        icon: said.copy === "Copied" ? "check" : "copy",
      }),
    ),
    h(
      "pre",
      {
        class: "code",
        id: "code",
        role: "tabpanel",
        "aria-labelledby": `code-${chosen}`,
        tabindex: "0",
      },
      text
        .split("\n")
        .map((line) => h("span", { class: /^(\/\/|#)/.test(line) ? "comment" : "" }, `${line}\n`)),
    ),
  ];
}

/** Arrows go from tab to tab. */
function turn(event: KeyboardEvent, place: number): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  const [name] = TABS[(place + step + TABS.length) % TABS.length]!;
  change({ code: name });
  requestAnimationFrame(() => document.getElementById(`code-${name}`)?.focus());
}

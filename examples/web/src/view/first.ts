/** The first screen: what this is, where a log goes, and a map on which nothing is learned yet. */

import { sample } from "virtual:sample";
import { chooseFile } from "../state/choose.js";
import { chooseModel, open, tryShop } from "../state/log.js";
import type { State } from "../state/state.js";
import { type Dot, scattered } from "./chance.js";
import { h, type Node_, once } from "./dom.js";
import { isSmall } from "./labels.js";
import { button, noticesOf } from "./parts.js";
import { disc, legPath } from "./path.js";

const choose = (): void => chooseFile(open);

export function firstScreen({ notices }: State): Node_[] {
  return [
    h(
      "section",
      { id: "data", key: "first", class: "section first", "aria-label": "Data" },
      h(
        "div",
        { class: "left" },
        h("h1", { id: "title" }, "What will they click next?"),
        h(
          "p",
          { class: "lead" },
          h("span", { class: "wide-only" }, "Drop"),
          h("span", { class: "phone-only" }, "Open"),
          " a log of clicks. A small neural network learns from it in this tab, and within seconds it guesses the next click of any visit.",
        ),
        noticesOf(notices, "data"),
        h(
          "div",
          { class: "drop wide-only" },
          h("p", { class: "drop-title" }, "Drop a click log here"),
          h(
            "p",
            {},
            "or ",
            button("link", "choose a file", choose),
            ". It is read here and not uploaded.",
          ),
          h("p", { class: "small" }, "CSV, TSV, JSON or Parquet, also as gzip, zstd or zip"),
        ),
        h(
          "div",
          { class: "row start" },
          button("main", "Try the sample shop", () => void tryShop(), { icon: "play" }),
          h("span", { class: "phone-only grow" }, button("edge", "Choose a click log", choose)),
          h("span", { class: "wide-only" }, button("plain", "Open a saved model", chooseModel)),
        ),
        h(
          "p",
          { class: "small wide-only" },
          "An invented outdoor shop: 400 items, 40,000 visits. About ten seconds from here to the first guess.",
        ),
        h(
          "p",
          { class: "small phone-only" },
          "CSV, TSV, JSON or Parquet, also as gzip, zstd or zip. It is read here and not uploaded.",
        ),
      ),
      h(
        "div",
        { class: "right" },
        chanceMap(),
        h(
          "p",
          { class: "small caption wide-only" },
          "The 400 items of the sample shop, and the first clicks of one visit. Nothing is learned yet, so each item lies where chance put it.",
        ),
      ),
    ),
    below(),
  ];
}

const drawnOnce = once();

/** The dots of the sample shop, where chance put them, and one visit. */
function chanceMap(): Node_ {
  const isPhone = isSmall();
  return drawnOnce([isPhone], () => {
    const { radii, visit, guess } = sample;
    const dots = scattered(
      radii.map((tenths) => tenths / 10),
      [...visit, guess],
    );
    const [first, second, third] = visit;
    const names = visit.map(({ name, x, y, side }) => {
      // On a small map letters are larger beside it: the name stands over its disc, within the map.
      const half = 7.8 * name.length;
      const over = {
        x: Math.max(half, Math.min(704 - half, x)),
        y: y - 28,
        "text-anchor": "middle",
      };
      const beside = { x: x + 17 * side, y: y + 4.5, "text-anchor": side > 0 ? "start" : "end" };
      return h("text", { class: "disc-name", ...(isPhone ? over : beside) }, name);
    });
    return h(
      "svg",
      {
        class: "map chance",
        viewBox: "0 0 704 560",
        role: "img",
        "aria-label":
          "A map of 400 dots in no order. Three of them are clicked one after the other; where the fourth click goes is a question mark.",
      },
      h("path", { class: "dot", d: dots.map(circlePath).join("") }), // one element draws faster than 400
      h("path", { class: "leg casing", d: legPath(first!, second!) + legPath(second!, third!) }),
      h("path", { class: "leg", d: legPath(first!, second!) + legPath(second!, third!) }),
      h("path", { class: "route", d: legPath(third!, guess) }),
      names,
      visit.map(({ x, y }, i) => disc(x, y, i + 1, isPhone ? 1.7 : 1)),
      h("circle", { class: "guess-disc", cx: guess.x, cy: guess.y, r: 18 }),
      h("text", { class: "guess-mark", x: guess.x, y: guess.y + 7, "text-anchor": "middle" }, "?"),
    );
  });
}

function circlePath({ x, y, r }: Dot): string {
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
}

function below(): Node_ {
  const step = (number: number, title: string, text: string): Node_ =>
    h(
      "div",
      { class: "step-words" },
      h("h2", { class: "minor" }, h("span", { class: "number" }, number), title),
      h("p", {}, text),
    );
  const rows = [
    ["17", "dome-tent-2", "2024-03-01 10:02"],
    ["17", "air-mat-long", "2024-03-01 10:03"],
    ["18", "headlamp-50g", "2024-03-01 10:03"],
  ];
  return h(
    "section",
    { key: "below", class: "below", "aria-label": "What a log is" },
    h(
      "div",
      { class: "left" },
      h("h2", { class: "minor" }, "A log is three columns"),
      h(
        "table",
        { class: "sample" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["visit", "item", "time"].map((name) => h("th", {}, name)),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map((row) =>
            h(
              "tr",
              {},
              row.map((value) => h("td", {}, value)),
            ),
          ),
        ),
      ),
      h(
        "p",
        {},
        "Other names, other orders and more columns are fine. You see what was understood before anything is learned.",
      ),
    ),
    h(
      "div",
      { class: "right three" },
      step(
        2,
        "Train",
        "Watch it get better than listing what is popular, and better than knowing only the last click. Pause it, or close the tab and come back.",
      ),
      step(
        3,
        "Play",
        "Click like a visitor. The list and the map answer each click, and say which of your clicks mattered.",
      ),
      step(
        4,
        "Take away",
        "The model as a file, all recommendations as CSV, and the few lines of code that do the same.",
      ),
    ),
  );
}

/** The rows of a log that were left out, and why. Loaded when there are any. */

import type { LogFacts } from "../engine/protocol.js";
import { count } from "../words/numbers.js";
import { h, type Node_ } from "./dom.js";

export function leftOutTable(leftOut: LogFacts["leftOut"], caption: string): Node_ {
  const words: Readonly<Record<string, string>> = {
    "no session": "without a visit",
    "no item": "without an item",
    "no time": "without a time",
    "not readable": "cut short, or not readable",
  };
  return h(
    "table",
    { class: "left-out" },
    h("caption", {}, caption),
    h(
      "thead",
      { class: "hidden" },
      h(
        "tr",
        {},
        ["rows", "reason", "first"].map((name) => h("th", { scope: "col" }, name)),
      ),
    ),
    h(
      "tbody",
      {},
      leftOut.map(({ reason, rows, firstLine }) =>
        h(
          "tr",
          {},
          h("td", { class: "how-many" }, count(rows)),
          h("td", {}, words[reason] ?? reason),
          h("td", { class: "where" }, `first in line ${count(firstLine)}`),
        ),
      ),
    ),
  );
}

/** What left the tab, as figures. Loaded when it is asked for. */

import { change } from "../state/state.js";
import { h, type Node_ } from "./dom.js";
import { button } from "./parts.js";

export function tabFacts(said: string, foreign: number): Node_ {
  const row = (what: string, value: string): Node_ =>
    h("div", { class: "fact" }, h("dt", {}, what), h("dd", {}, value));
  return h(
    "div",
    { class: "popover tab-facts", id: "tab-facts", role: "group", "aria-label": said },
    h("h3", {}, foreign > 0 ? "Something left this tab" : said),
    h(
      "dl",
      {},
      row("of your data sent", "0 bytes"),
      row("requests to other servers", String(foreign)),
      row("sending is forbidden by this page’s own rules", __RULES__ ? "yes" : "in the built page"),
    ),
    h(
      "p",
      { class: "small" },
      "See for yourself: cut the network and go on, or look at the Network panel of your browser.",
    ),
    button("link", "Close", () => change({ isTabOpen: false })),
  );
}

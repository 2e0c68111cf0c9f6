/** The footer: what this is, where the clicks are, and that it works offline. */

import { remember } from "../state/choice.js";
import { forget } from "../state/offer.js";
import { change, now, type State } from "../state/state.js";
import { h, type Node_ } from "./dom.js";
import { button } from "./parts.js";

const link = (name: string, href: string): Node_ => h("a", { href }, name);

function switchSlash(): void {
  const hasSlash = !now().hasSlash;
  change({ hasSlash });
  remember("slash", hasSlash ? "on" : "off");
}

export function footer({ isForgetting, said, hasSlash }: State): Node_ {
  return h(
    "footer",
    { class: "footer" },
    h(
      "div",
      { class: "inner" },
      h(
        "p",
        {},
        ...[
          h("b", {}, "What this is."),
          " GRU4Rec is a small recurrent network: it reads a visit click by click and keeps a short memory of it. Hidasi and others, ",
        ],
        ...[
          link("2016", "https://arxiv.org/abs/1511.06939"),
          ", ",
          link("2018", "https://arxiv.org/abs/1706.03847"),
          ".",
        ],
      ),
      h(
        "p",
        {},
        ...[
          h("b", {}, "Where your clicks are."),
          " In this tab’s memory, and in this browser’s storage so that training can go on after a restart. ",
        ],
        isForgetting
          ? [
              "The saved training and its log go. ",
              button("link", "Forget them", () => void forget()),
              " ",
              button("link", "Keep them", () => change({ isForgetting: false })),
            ]
          : said.forget
            ? h("span", { role: "status" }, `${said.forget}.`)
            : button("link", "Forget everything", () => change({ isForgetting: true })),
      ),
      h(
        "p",
        {},
        ...[
          h("b", {}, "Works offline."),
          ` Kept by this browser since the first visit. Version ${__VERSION__}, MIT licence. `,
        ],
        ...[
          link("Guide", __GUIDE__),
          ", ",
          link("source", "https://github.com/gru4rec/gru4rec-js"),
          ". ",
          hasSlash ? "The key / goes to the search: " : "The key / does nothing: ",
          button("link", hasSlash ? "turn it off" : "turn it on", switchSlash),
        ],
      ),
    ),
  );
}

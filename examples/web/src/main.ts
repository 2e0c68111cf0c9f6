/** Begins the page: draws it from its state, listens to the workers, to files over the window and to keys. */

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/header.css";
import "./styles/parts.css";
import "./styles/data.css";
import "./styles/train.css";
import "./styles/play.css";
import "./styles/map.css";
import "./styles/take.css";
import "./styles/narrow.css";
import { sample } from "virtual:sample";
import { EngineError } from "./engine/calls.js";
import { startOffline } from "./offline/start.js";
import { remembered } from "./state/choice.js";
import { listen } from "./state/learn.js";
import { open } from "./state/log.js";
import { offerKept } from "./state/offer.js";
import { canLearn } from "./state/platform.js";
import { followScroll } from "./state/scroll.js";
import { change, now, onChange } from "./state/state.js";
import { startTheme } from "./state/theme.js";
import { watchRequests } from "./state/watch.js";
import { h, patch } from "./view/dom.js";
import { page } from "./view/page.js";
import { gliding } from "./view/reorder.js";

const root = document.getElementById("page")!;
let isDue = false;

/** Draws in the next frame, however often the state changes before it. */
onChange(() => {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(draw);
});

function draw(): void {
  isDue = false;
  gliding(() => patch(root, h("div", {}, page(now())).children));
}

change({ best: { pass: 0, ...sample.best }, hasSlash: remembered("slash") !== "off" });
startTheme();
listen();
watchRequests();
followScroll();
startOffline();
if (canLearn()) void offerKept();
else void import("./state/troubles.js").then(({ cannotLearn }) => cannotLearn());

/** Names on the map are larger on a phone: they are laid out anew when it is turned. */
matchMedia("(max-width: 719px)").onchange = () => change({});

/** What nobody waits for is told here, and not on the console. */
window.addEventListener("unhandledrejection", (event) => {
  const { reason } = event;
  if (!(reason instanceof EngineError)) return;
  event.preventDefault();
  void import("./state/troubles.js").then(({ unexpected }) => unexpected(reason));
});

/** A file may be dropped anywhere. */
let depth = 0;
window.addEventListener("dragenter", ({ dataTransfer }) => {
  if (!dataTransfer?.types.includes("Files")) return;
  depth++;
  change({ isDragging: true });
});
window.addEventListener("dragleave", () => {
  depth = Math.max(0, depth - 1);
  if (depth === 0 && now().isDragging) change({ isDragging: false });
});
window.addEventListener("dragover", (event) => event.preventDefault());
window.addEventListener("drop", (event) => {
  event.preventDefault();
  depth = 0;
  change({ isDragging: false });
  open([...(event.dataTransfer?.files ?? [])]);
});

/** "/" goes to the search, Escape closes what is open. */
window.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const isTyping =
    target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
  if (key === "/" && now().hasSlash && !isTyping && !event.ctrlKey && !event.metaKey) {
    const field = document.getElementById("search");
    if (!field) return;
    event.preventDefault();
    field.focus();
  }
  if (key === "Escape") change({ popover: undefined, isTabOpen: false });
});

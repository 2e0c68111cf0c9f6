/** Tells which section is in view, for the steps in the header. */

import { change, now, type Section } from "./state.js";

const SECTIONS: readonly Section[] = ["data", "train", "play", "take"];
/** A section is in view when it crosses this share of the window. */
const LINE = 0.4;

export function followScroll(): void {
  let isDue = false;
  addEventListener(
    "scroll",
    () => {
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(() => {
        isDue = false;
        const line = LINE * innerHeight;
        const here = SECTIONS.filter(
          (id) => (document.getElementById(id)?.getBoundingClientRect().top ?? line + 1) <= line,
        ).at(-1);
        if (here && here !== now().section && now().phase !== "first") change({ section: here });
      });
    },
    { passive: true },
  );
}

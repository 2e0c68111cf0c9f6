/** Rows of the list glide to their new ranks; what is new comes in. At once where motion is not wanted. */

import { now } from "../state/state.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const TIMING = { duration: 200, easing: "cubic-bezier(.2, .8, .2, 1)" };

let last: unknown;

/** Draws; the places of rows are looked at only when the list is another one. */
export function gliding(draw: () => void): void {
  const { answer, looked, without } = now();
  const list = (looked !== undefined && without) || answer;
  const isSame = list === last || still.matches;
  last = list;
  if (isSame) {
    draw();
    return;
  }
  const before = new Map(rows().map((row) => [row.dataset.item, row.offsetTop]));
  draw();
  if (before.size === 0) return;
  // Places first: each one that is asked for behind a change has the page laid out once more.
  const after = rows().map((row) => [row, row.offsetTop] as const);
  for (const [row, top] of after) {
    const from = before.get(row.dataset.item);
    const way = (from ?? 0) - top;
    if (from === undefined) row.animate([{ opacity: 0 }, { opacity: 1 }], TIMING);
    else if (way)
      row.animate([{ transform: `translateY(${way}px)` }, { transform: "none" }], TIMING);
  }
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(".guesses li")];
}

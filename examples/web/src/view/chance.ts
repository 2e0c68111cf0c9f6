/** Dots where chance puts them: in an oval, drawn until they are free. */

import type { Point } from "./path.js";

const MIDDLE: Point = { x: 352, y: 276 };
const REACH: Point = { x: 300, y: 240 };
/** Dots stay so far off the points that are drawn over them. */
const APART = 20;
const MOST_TRIES = 400;

export interface Dot extends Point {
  readonly r: number;
}

/** The same places each time. */
export function scattered(radii: readonly number[], taken: readonly Point[]): Dot[] {
  let state = 7;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const dots: Dot[] = [];
  const covered = taken.map(({ x, y }) => ({ x, y, r: APART }));
  for (const r of radii) {
    for (let tries = 0; tries < MOST_TRIES; ++tries) {
      const [angle, reach] = [2 * Math.PI * next(), Math.sqrt(next())];
      const x = Math.round(MIDDLE.x + REACH.x * reach * Math.cos(angle));
      const y = Math.round(MIDDLE.y + REACH.y * reach * Math.sin(angle));
      const isFree = (one: Dot, gap: number): boolean =>
        (x - one.x) ** 2 + (y - one.y) ** 2 > gap ** 2;
      if (!covered.every((one) => isFree(one, one.r))) continue;
      if (!dots.every((one) => isFree(one, one.r + r + 1))) continue;
      dots.push({ x, y, r });
      break;
    }
  }
  return dots;
}

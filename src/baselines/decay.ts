/** How much a click counts, by how long before another one it was (Ludewig & Jannach 2018, §3). */

import { ln } from "../portable-math.js";

/** `"div"`: 1/d; `"same"`: 1; `"linear"`: 1 − d/10, at least 0; `"log"`: 1/log₁₀(d + 1.7); `"quadratic"`: 1/d². */
export type Decay = "div" | "same" | "linear" | "log" | "quadratic";

const BY_DISTANCE: Readonly<Record<Decay, (distance: number) => number>> = {
  div: (distance) => 1 / distance,
  same: () => 1,
  linear: (distance) => Math.max(0, 1 - distance / 10),
  log: (distance) => Math.LN10 / ln(distance + 1.7),
  quadratic: (distance) => 1 / distance ** 2,
};

export const DECAYS: readonly string[] = Object.keys(BY_DISTANCE);

/** @param distance clicks from one to the other, ≥ 1 */
export function decay(kind: Decay, distance: number): number {
  return BY_DISTANCE[kind](distance);
}

/**
 * The weight of a click in a visit, which the last one has most of:
 *
 *     div place/length   same 1   linear 1 − (length − place)/10, at least 0
 *     log 1/log₁₀(length − place + 1.7)   quadratic (place/length)²
 *
 * @param place of the click, from 1 to `length`
 */
export function placeWeight(kind: Decay, place: number, length: number): number {
  if (kind === "div") return place / length;
  if (kind === "quadratic") return (place / length) ** 2;
  return kind === "linear" ? Math.max(0, 1 - (length - place) / 10) : decay(kind, length - place);
}

/** Names on the map: as many as fit without touching a dot, a path or each other. */

import { SIDE } from "../map/layout.js";
import { mostOf } from "../state/most.js";
import { h, type Node_ } from "./dom.js";
import { alongLeg, type Point } from "./path.js";

export interface Labelled {
  readonly places: Float32Array;
  readonly radii: Float32Array;
  readonly visit: readonly number[];
  readonly first: number | undefined;
  readonly relative: Float32Array | undefined;
  /** Where names of single dots stand. */
  readonly named: readonly Box[];
  readonly categories: readonly string[] | undefined;
  readonly names: readonly string[];
  readonly support: Int32Array;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Names are larger where the map is small. */
export const isSmall = (): boolean => innerWidth < 720;
export const factor = (): number => (isSmall() ? 1.85 : 1);
/** The corner of a small map that its buttons cover. */
const CORNER: Box = { left: 650, top: 415, right: SIDE, bottom: SIDE };
export const covered = (): readonly Box[] => (isSmall() ? [CORNER] : []);
export const HEIGHT = 14;
const LETTER = 6.6;
const NAMED = 24;
export const EDGE = 6;
const BRIGHT = 0.5;
const MOST_DOTS = 2000;

export function labels(given: Labelled): Node_ {
  const { places, visit, first, categories } = given;
  const point = (item: number): Point => ({ x: places[2 * item]!, y: places[2 * item + 1]! });
  const walk = [...visit, ...(first === undefined ? [] : [first])];
  const paths = walk.slice(1).flatMap((item, i) => alongLeg(point(walk[i]!), point(item)));
  const taken: Box[] = [...covered(), ...given.named];
  taken.push(...walk.map((item) => boxAround(point(item), 24, 24)));
  const strong = new Set([...walk, ...brightOf(given)].map((item) => categories?.[item]));
  const wanted = categories ? islands(given) : popular(given);
  wanted.sort((a, b) => Number(strong.has(b.name)) - Number(strong.has(a.name)));
  const drawn: Node_[] = [];
  for (const { name, box, isOne } of wanted) {
    const width = LETTER * factor() * name.length + 4;
    const spot = spotsOf(box, width).find((place) =>
      isFree(place, given, taken, paths, isOne ? 0 : 2),
    );
    if (!spot) continue;
    taken.push(spot);
    const x = (spot.left + spot.right) / 2;
    const kind = strong.has(name) ? "label strong" : "label";
    drawn.push(
      h("text", { class: kind, key: name, x, y: spot.bottom - 3, "text-anchor": "middle" }, name),
    );
  }
  return h("g", { key: "labels", class: "labels", "aria-hidden": "true" }, drawn);
}

/** Items that are lit the most. */
function brightOf({ relative }: Labelled): number[] {
  return [...(relative ?? []).keys()].filter((item) => relative![item]! > BRIGHT);
}

/** The dots that names keep off: those that are large enough to be seen. */
function largest(radii: Float32Array): readonly number[] {
  let found = large.get(radii);
  if (!found) {
    found = mostOf(radii, MOST_DOTS);
    large.set(radii, found);
  }
  return found;
}

const large = new WeakMap<Float32Array, readonly number[]>();

interface Wanted {
  readonly name: string;
  readonly box: Box;
  readonly isOne: boolean;
}

/** A category lies where most of its items do: those far off its middle do not count. */
function islands({ places, categories, radii }: Labelled): Wanted[] {
  const members = new Map<string, number[]>();
  for (const [item, name] of categories!.entries()) {
    if (name !== "") members.set(name, [...(members.get(name) ?? []), item]);
  }
  return [...members].map(([name, items]) => {
    const x = median(items.map((item) => places[2 * item]!));
    const y = median(items.map((item) => places[2 * item + 1]!));
    const apart = (item: number): number =>
      Math.hypot(places[2 * item]! - x, places[2 * item + 1]! - y);
    const reach = 2.2 * median(items.map(apart)) + 4;
    const near = items.filter((item) => apart(item) <= reach);
    const boxes = near.map((item) =>
      boxAround(
        { x: places[2 * item]!, y: places[2 * item + 1]! },
        2 * radii[item]!,
        2 * radii[item]!,
      ),
    );
    return { name, box: union(boxes), isOne: false };
  });
}

function popular({ places, names, support, radii }: Labelled): Wanted[] {
  return mostOf(support, NAMED).map((item) => {
    const side = 2 * radii[item]!;
    const box = boxAround({ x: places[2 * item]!, y: places[2 * item + 1]! }, side, side);
    return { name: names[item]!.slice(0, 28), box, isOne: true };
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

export function boxAround({ x, y }: Point, width: number, height: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

function union(boxes: readonly Box[]): Box {
  return {
    left: Math.min(...boxes.map(({ left }) => left)),
    right: Math.max(...boxes.map(({ right }) => right)),
    top: Math.min(...boxes.map(({ top }) => top)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  };
}

/** Above, below, right, left, and some steps to the side of those. */
function spotsOf(box: Box, width: number): Box[] {
  const x = (box.left + box.right) / 2;
  const y = (box.top + box.bottom) / 2;
  const gap = 4;
  const high = HEIGHT * factor();
  const at = (cx: number, cy: number): Box => boxAround({ x: cx, y: cy }, width, high);
  return [
    ...[0, -14, 14, -28, 28].map((dx) => at(x + dx, box.top - gap - high / 2)),
    ...[0, -14, 14, -28, 28].map((dx) => at(x + dx, box.bottom + gap + high / 2)),
    ...[0, -10, 10, -20, 20].map((dy) => at(box.right + gap + width / 2, y + dy)),
    ...[0, -10, 10, -20, 20].map((dy) => at(box.left - gap - width / 2, y + dy)),
  ];
}

export function isFree(
  box: Box,
  { places, radii }: Labelled,
  taken: readonly Box[],
  paths: readonly Point[],
  gap: number,
): boolean {
  if (box.left < EDGE || box.top < EDGE || box.right > SIDE - EDGE || box.bottom > SIDE - EDGE)
    return false;
  const meets = (other: Box): boolean =>
    box.left < other.right &&
    box.right > other.left &&
    box.top < other.bottom &&
    box.bottom > other.top;
  if (taken.some(meets)) return false;
  if (paths.some(({ x, y }) => meets(boxAround({ x, y }, 8, 8)))) return false;
  for (const item of largest(radii)) {
    const x = Math.max(box.left, Math.min(places[2 * item]!, box.right));
    const y = Math.max(box.top, Math.min(places[2 * item + 1]!, box.bottom));
    if (Math.hypot(places[2 * item]! - x, places[2 * item + 1]! - y) < radii[item]! + gap)
      return false;
  }
  return true;
}

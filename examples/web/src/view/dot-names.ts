/** Names of single dots: of the first guess, and of what is pointed at or opened; and where dots came from. */

import { SIDE } from "../map/layout.js";
import { h, type Node_ } from "./dom.js";
import {
  type Box,
  boxAround,
  covered,
  EDGE,
  factor,
  HEIGHT,
  isFree,
  type Labelled,
} from "./labels.js";
import type { Point } from "./path.js";

export interface Named {
  readonly at: Point;
  readonly name: string;
  readonly isGuess: boolean;
}

/** Each keeps off those before it. */
export function dotNames(
  named: readonly Named[],
  { places, radii, visit }: Pick<Labelled, "places" | "radii" | "visit">,
): { boxes: Box[]; nodes: Node_[] } {
  const given = { places, radii } as Labelled;
  const taken = [
    ...covered(),
    ...visit.map((item) => boxAround({ x: places[2 * item]!, y: places[2 * item + 1]! }, 28, 28)),
  ];
  const boxes: Box[] = [];
  const nodes = named.map(({ at, name, isGuess }) => {
    const spots = spotsAround(at, 7.2 * factor() * name.length + 12);
    const spot =
      spots.find(({ box }) => isInside(box) && isFree(box, given, taken, [], 1)) ??
      spots.find(({ box }) => isInside(box) && !taken.some((other) => meets(box, other))) ??
      spots[0]!;
    taken.push(spot.box);
    boxes.push(spot.box);
    const { end, box } = spot;
    const line = `M${at.x.toFixed(1)} ${at.y.toFixed(1)}L${end.x.toFixed(1)} ${end.y.toFixed(1)}`;
    const middle = (box.left + box.right) / 2;
    return h(
      "g",
      {
        class: isGuess ? "guess-name" : "item-name",
        key: `name-${name}`,
        "aria-hidden": "true",
      },
      h("path", { d: line }),
      h("text", { x: middle, y: box.bottom - 4, "text-anchor": "middle" }, name),
    );
  });
  return { boxes, nodes };
}

const ANGLES = [-0.7, -2.45, 0.7, 2.45, -1.57, 1.57, 0, 3.14];

function spotsAround(at: Point, width: number): { end: Point; box: Box }[] {
  return [26, 44, 64, 88].flatMap((reach) =>
    ANGLES.map((angle) => {
      const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
      const end = { x: at.x + dx * reach, y: at.y + dy * reach };
      const middle = end.x + (Math.abs(dx) < 0.2 ? 0 : (Math.sign(dx) * width) / 2);
      return { end, box: boxAround({ x: middle, y: end.y }, width, HEIGHT * factor() + 2) };
    }),
  );
}

function isInside({ left, right, top, bottom }: Box): boolean {
  return left > EDGE && right < SIDE - EDGE && top > EDGE && bottom < SIDE - EDGE;
}

function meets(one: Box, other: Box): boolean {
  return (
    one.left < other.right &&
    one.right > other.left &&
    one.top < other.bottom &&
    one.bottom > other.top
  );
}

/** Where dots came from, while the model learns. */
export function lines(
  places: Float32Array,
  came: Float32Array | undefined,
  radii: Float32Array,
): Node_ {
  const moves: string[] = [];
  for (let item = 0; came && item < radii.length; ++item) {
    const [x, y] = [places[2 * item]!, places[2 * item + 1]!];
    const [dx, dy] = [came[2 * item]! - x, came[2 * item + 1]! - y];
    const length = Math.hypot(dx, dy);
    if (length < radii[item]! + 2) continue;
    const share = Math.min(1, (radii[item]! + 14) / length);
    moves.push(
      `M${x.toFixed(1)} ${y.toFixed(1)}l${(dx * share).toFixed(1)} ${(dy * share).toFixed(1)}`,
    );
  }
  return h("path", { key: "came", class: "came", d: moves.join("") });
}

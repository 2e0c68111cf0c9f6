/** The visit on the map: numbered discs, and bent legs between them. */

import { h, type Node_ } from "./dom.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How far a leg bends, of its length. */
const BEND = -0.16;

/** A bent line; it always bends to the same side of its way. */
export function legPath(from: Point, to: Point): string {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const x = (from.x + to.x) / 2 + BEND * dy;
  const y = (from.y + to.y) / 2 - BEND * dx;
  return `M${from.x.toFixed(1)} ${from.y.toFixed(1)}Q${x.toFixed(1)} ${y.toFixed(1)} ${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
}

/** Points along a leg, to keep names off it. */
export function alongLeg(from: Point, to: Point): Point[] {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const middle = { x: (from.x + to.x) / 2 + BEND * dy, y: (from.y + to.y) / 2 - BEND * dx };
  return Array.from({ length: 49 }, (_, i) => {
    const t = i / 48;
    const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    return { x: a * from.x + b * middle.x + c * to.x, y: a * from.y + b * middle.y + c * to.y };
  });
}

export function disc(x: number, y: number, number: number, scale = 1): Node_ {
  return h(
    "g",
    {
      class: "disc",
      key: `disc-${number}`,
      style: `transform: translate(${x}px, ${y}px) scale(${scale})`,
    },
    h("circle", { r: 11 }),
    h("text", { "text-anchor": "middle", y: 4 }, number),
  );
}

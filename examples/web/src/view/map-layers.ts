/** What lies over and under the dots of the map: the visit's legs, the glow, the buttons. */

import { SIDE } from "../map/layout.js";
import { change, type State, WHOLE } from "../state/state.js";
import { type Child, h, type Node_ } from "./dom.js";
import { icon } from "./icons.js";
import { zoomBy } from "./moves.js";
import { legPath, type Point } from "./path.js";

export function legs(
  visit: readonly number[],
  at: (item: number) => Point,
  first: number | undefined,
): Child {
  const walk = visit.slice(1).map((item, i) => legPath(at(visit[i]!), at(item)));
  const last = visit.at(-1);
  const route =
    first !== undefined && last !== undefined && isApart(at(last), at(first))
      ? legPath(at(last), before(at(first), at(last)))
      : undefined;
  return [
    route && h("path", { class: "route casing", key: "route-casing", d: route }),
    route && h("path", { class: "route", key: "route", d: route }),
    h("path", { class: "leg casing", key: "casing", d: walk.join("") }),
    walk.map((d, i) => h("path", { class: "leg", key: `leg-${i}`, d, pathLength: "1" })),
  ];
}

/** A little before a point, on the way to it: the first guess is not drawn over. */
function before(to: Point, from: Point): Point {
  const share = RIM / Math.hypot(to.x - from.x, to.y - from.y);
  return { x: to.x + (from.x - to.x) * share, y: to.y + (from.y - to.y) * share };
}

const RIM = 12;

/** A route between neighbours would be a smudge. */
function isApart(a: Point, b: Point): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) > 36;
}

export function halo(): Node_ {
  return h(
    "defs",
    { key: "defs" },
    h(
      "radialGradient",
      { id: "halo" },
      h("stop", { offset: "0", class: "halo-in" }),
      h("stop", { offset: "1", class: "halo-out" }),
    ),
  );
}

export function viewBox({ x, y, zoom }: State["view"]): string {
  const side = SIDE / zoom;
  return `${x} ${y} ${side} ${side}`;
}

export function zoomButtons(): Node_ {
  const one = (name: "plus" | "minus" | "whole", label: string, onclick: () => void): Node_ =>
    h(
      "button",
      { type: "button", class: "zoom", "aria-label": label, onclick, key: name },
      icon(name),
    );
  return h(
    "div",
    { class: "zooms" },
    one("plus", "Zoom in", () => zoomBy(1.5)),
    one("minus", "Zoom out", () => zoomBy(1 / 1.5)),
    one("whole", "The whole map", () => change({ view: WHOLE })),
  );
}

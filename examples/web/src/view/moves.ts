/** Moving over the map: zoom, pan, keys, and which item is under the pointer. */

import { SIDE } from "../map/layout.js";
import { click } from "../state/play.js";
import { change, now, type State, WHOLE } from "../state/state.js";

const MOST_ZOOM = 12;
/** A dot is met this far off its rim. */
const REACH = 5;
/** A press that moves further is a drag. */
const DRAG = 4;

let isDragged = false;

export function zoomBy(factor: number, at?: { x: number; y: number }): void {
  const { x, y, zoom } = now().view;
  const next = Math.max(1, Math.min(MOST_ZOOM, zoom * factor));
  if (next === 1) {
    change({ view: WHOLE });
    return;
  }
  const centre = at ?? { x: x + SIDE / zoom / 2, y: y + SIDE / zoom / 2 };
  const share = zoom / next;
  const held = (value: number): number => Math.max(0, Math.min(SIDE - SIDE / next, value));
  change({
    view: {
      x: held(centre.x - (centre.x - x) * share),
      y: held(centre.y - (centre.y - y) * share),
      zoom: next,
    },
  });
}

/** The wheel zooms with Ctrl, as a pinch on a touchpad does; else the page scrolls. */
export function wheel(event: WheelEvent): void {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoomBy(2 ** (-event.deltaY / 200), pointOf(event));
}

function pointOf(event: MouseEvent): { x: number; y: number } {
  const svg = document.getElementById("map") as unknown as SVGSVGElement;
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(
    svg.getScreenCTM()!.inverse(),
  );
  return { x, y };
}

/** The item under the pointer; none at the end of a drag. */
export function nearestTo(
  event: MouseEvent,
  places: Float32Array,
  radii: Float32Array,
): number | undefined {
  if (isDragged) {
    isDragged = event.type !== "click" && isDragged;
    return undefined;
  }
  const { x, y } = pointOf(event);
  let [best, nearest] = [REACH / now().view.zoom, -1];
  for (let item = 0; item < radii.length; ++item) {
    const gap = Math.hypot(places[2 * item]! - x, places[2 * item + 1]! - y) - radii[item]!;
    if (gap < best) [best, nearest] = [gap, item];
  }
  return nearest < 0 ? undefined : nearest;
}

/** One finger or the pointer drags a map that is zoomed, two fingers pinch it. */
const fingers = new Map<number, PointerEvent>();

export function startPan(down: PointerEvent): void {
  const svg = down.currentTarget as SVGSVGElement;
  fingers.set(down.pointerId, down);
  isDragged = false;
  const move = (event: PointerEvent): void => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const [a, b] = [...fingers.values()];
    if (fingers.size === 2 && a && b) {
      const other = a.pointerId === event.pointerId ? b : a;
      const apart = (one: PointerEvent): number =>
        Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      isDragged = true;
      zoomBy(apart(event) / Math.max(1, apart(before)));
    } else if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > DRAG) {
      isDragged = true;
      const { x, y, zoom } = now().view;
      const scale = SIDE / zoom / svg.getBoundingClientRect().width;
      const most = SIDE - SIDE / zoom;
      const held = (value: number): number => Math.max(0, Math.min(most, value));
      if (zoom > 1) {
        change({
          view: {
            x: held(x - (event.clientX - before.clientX) * scale),
            y: held(y - (event.clientY - before.clientY) * scale),
            zoom,
          },
        });
      }
    }
    fingers.set(event.pointerId, event);
  };
  const end = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
    if (now().view.zoom === 1 && fingers.size === 0) setTimeout(() => (isDragged = false));
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
}

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Arrows go to the nearest item that way, Enter clicks it, + − 0 zoom. */
export function mapKey(
  event: KeyboardEvent,
  { places, pointed }: State,
  first: number | undefined,
): void {
  const way = WAYS[event.key];
  if (way) {
    change({ pointed: pointed === undefined ? (first ?? 0) : nextThatWay(places!, pointed, way) });
  } else if (event.key === "Enter" && pointed !== undefined) click(pointed);
  else if (event.key === "+" || event.key === "=") zoomBy(1.5);
  else if (event.key === "-") zoomBy(1 / 1.5);
  else if (event.key === "0") change({ view: WHOLE });
  else if (event.key === "Escape") change({ pointed: undefined });
  else return;
  event.preventDefault();
}

function nextThatWay(
  places: Float32Array,
  from: number,
  [wx, wy]: readonly [number, number],
): number {
  let [best, cost] = [from, Number.POSITIVE_INFINITY];
  for (let item = 0; item < places.length / 2; ++item) {
    const dx = places[2 * item]! - places[2 * from]!;
    const dy = places[2 * item + 1]! - places[2 * from + 1]!;
    const along = dx * wx + dy * wy;
    const across = Math.abs(dx * wy) + Math.abs(dy * wx);
    if (along <= 0 || across > 1.2 * along) continue;
    if (along + 2 * across < cost) [best, cost] = [item, along + 2 * across];
  }
  return best;
}

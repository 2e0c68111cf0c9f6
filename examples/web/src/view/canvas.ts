/** Dots of a large catalogue: drawn on a canvas under the paths and names. */

import { SIDE } from "../map/layout.js";
import type { State } from "../state/state.js";
import { h, type Node_ } from "./dom.js";

interface Drawn {
  readonly places: Float32Array;
  readonly radii: Float32Array;
  readonly relative: Float32Array | undefined;
  readonly mode: State["mode"];
  readonly view: State["view"];
  readonly theme: State["theme"];
  readonly support: Int32Array;
}

/** Pixels of the canvas along its side. */
const PIXELS = 1408;
const LIT = 0.16;
/** Thinner dots have no rim. */
const RIMMED = 2;

let last: readonly unknown[] = [];

export function canvasMap(drawn: Drawn): Node_ {
  const parts = Object.values(drawn);
  if (parts.some((part, i) => part !== last[i])) requestAnimationFrame(() => draw(drawn));
  last = parts;
  return h("canvas", {
    class: "map dots-canvas",
    width: PIXELS,
    height: PIXELS,
    "aria-hidden": "true",
    key: "canvas",
  });
}

function draw({ places, radii, relative, mode, view, support }: Drawn): void {
  const canvas = document.querySelector<HTMLCanvasElement>(".dots-canvas");
  const pen = canvas?.getContext("2d");
  if (!canvas || !pen) return;
  const style = getComputedStyle(document.documentElement);
  const tone = (name: string): string => style.getPropertyValue(name);
  const scale = (PIXELS / SIDE) * view.zoom;
  const most = Math.sqrt(support.reduce((a, b) => Math.max(a, b), 1));
  pen.setTransform(scale, 0, 0, scale, -view.x * scale, -view.y * scale);
  pen.clearRect(view.x, view.y, SIDE / view.zoom, SIDE / view.zoom);
  const [dot, rim, accent, ink] = [tone("--dot"), tone("--edge"), tone("--accent"), tone("--ink")];
  const circle = (item: number, radius: number): void => {
    pen.beginPath();
    pen.arc(places[2 * item]!, places[2 * item + 1]!, radius, 0, 2 * Math.PI);
  };
  const lit: number[] = [];
  pen.lineWidth = 1 / view.zoom;
  pen.strokeStyle = rim;
  for (let item = 0; item < radii.length; ++item) {
    const radius = Math.max(0.7, radii[item]!);
    if (mode === "next" && Math.sqrt(relative?.[item] ?? 0) >= LIT) lit.push(item);
    pen.globalAlpha = mode === "popularity" ? 0.15 + (0.85 * Math.sqrt(support[item]!)) / most : 1;
    pen.fillStyle = mode === "popularity" ? ink : dot;
    if (radius < RIMMED / 2) {
      // A hundred thousand squares are drawn in a frame; as many circles are not.
      pen.fillRect(
        places[2 * item]! - radius,
        places[2 * item + 1]! - radius,
        2 * radius,
        2 * radius,
      );
      continue;
    }
    circle(item, radius);
    pen.fill();
    if (radius >= RIMMED) pen.stroke();
  }
  pen.fillStyle = accent;
  for (const item of lit) {
    const light = Math.sqrt(relative![item]!);
    pen.globalAlpha = 0.35 + 0.65 * light;
    circle(item, Math.max(1.5, radii[item]!) + 2 * light);
    pen.fill();
  }
}

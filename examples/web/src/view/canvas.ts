/** Dots of a large catalogue: drawn on a canvas under the paths and names. */

import { SIDE } from "../map/layout.js";
import { mostOf } from "../state/most.js";
import type { State } from "../state/state.js";
import { h, type Node_ } from "./dom.js";
import { specks } from "./specks.js";

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
/** A model that has learned little holds all items for likely: more lights than these would say nothing. */
const MOST_LIT = 200;
/** Thinner dots have no rim, and those of half of it are specks. */
const RIMMED = 2;
const LEAST = 0.7;

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
  const tone = (name: string): string => style.getPropertyValue(name).trim();
  const scale = (PIXELS / SIDE) * view.zoom;
  const most = Math.sqrt(support.reduce((a, b) => Math.max(a, b), 1));
  const isRanked = mode === "popularity";
  const fill = tone(isRanked ? "--ink" : "--dot");
  const strength = (item: number): number =>
    isRanked ? 0.15 + (0.85 * Math.sqrt(support[item]!)) / most : 1;
  const isSpeck = (item: number): boolean => radii[item]! < RIMMED / 2;
  specks(pen, { places, view, scale, fill, strength }, (each) => {
    for (let item = 0; item < radii.length; ++item) {
      if (isSpeck(item)) each(item, Math.max(LEAST, radii[item]!));
    }
  });
  pen.setTransform(scale, 0, 0, scale, -view.x * scale, -view.y * scale);
  const circle = (item: number, radius: number): void => {
    pen.beginPath();
    pen.arc(places[2 * item]!, places[2 * item + 1]!, radius, 0, 2 * Math.PI);
  };
  pen.lineWidth = 1 / view.zoom;
  pen.strokeStyle = tone("--edge");
  pen.fillStyle = fill;
  for (let item = 0; item < radii.length; ++item) {
    if (isSpeck(item)) continue;
    pen.globalAlpha = strength(item);
    circle(item, radii[item]!);
    pen.fill();
    if (radii[item]! >= RIMMED) pen.stroke();
  }
  pen.fillStyle = tone("--accent");
  for (const item of mode === "next" && relative ? mostOf(relative, MOST_LIT) : []) {
    const light = Math.sqrt(relative![item]!);
    if (light < LIT) break;
    pen.globalAlpha = 0.35 + 0.65 * light;
    circle(item, Math.max(1.5, radii[item]!) + 2 * light);
    pen.fill();
  }
  pen.globalAlpha = 1;
}

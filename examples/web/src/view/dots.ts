/** Dots of the map and the light on them. */

import type { State } from "../state/state.js";
import { h, type Node_ } from "./dom.js";

/** Under this a dot stays grey; over the second it has a halo. */
const LIT = 0.16;
const HALO = 0.5;

export interface Dots {
  readonly places: Float32Array;
  readonly radii: Float32Array;
  /** Share relative to the likeliest; undefined while nothing is guessed. */
  readonly relative: Float32Array | undefined;
  readonly mode: State["mode"];
  readonly support: Int32Array;
  readonly categories: readonly string[] | undefined;
}

export function dots({ places, radii, relative, mode, support, categories }: Dots): Node_ {
  const hues = mode === "category" ? huesOf(categories ?? []) : undefined;
  const most = Math.sqrt(support.reduce((a, b) => Math.max(a, b), 1));
  const drawn = Array.from(radii, (radius, item) => {
    const light = mode === "next" ? Math.sqrt(relative?.[item] ?? 0) : 0;
    const isLit = light >= LIT;
    const place = `transform: translate(${places[2 * item]!.toFixed(1)}px, ${places[2 * item + 1]!.toFixed(1)}px)`;
    const tone = toneOf(item, {
      light,
      isLit,
      mode,
      hues,
      categories,
      strength: Math.sqrt(support[item]!) / most,
    });
    return h("circle", {
      class: isLit ? "dot lit" : "dot",
      key: item,
      r: (radius + (isLit ? 1.6 * light : 0)).toFixed(1),
      style: `${place};${tone}`,
    });
  });
  return h("g", { key: "dots", class: `dots ${mode}` }, drawn);
}

interface Tone {
  readonly light: number;
  readonly isLit: boolean;
  readonly mode: State["mode"];
  readonly strength: number;
  readonly hues: ReadonlyMap<string, number> | undefined;
  readonly categories: readonly string[] | undefined;
}

function toneOf(item: number, { light, isLit, mode, strength, hues, categories }: Tone): string {
  if (isLit) {
    const share = Math.round(100 * light ** 1.4);
    return `fill: color-mix(in srgb, var(--accent) ${share}%, var(--tint))`;
  }
  if (mode === "popularity")
    return `fill: color-mix(in srgb, var(--ink) ${Math.round(85 * strength)}%, var(--well))`;
  if (hues) return `fill: oklch(var(--hue-light) 0.13 ${hues.get(categories![item]!) ?? 0})`;
  return "";
}

/** A hue each; neighbours in the list lie far apart on the wheel. */
function huesOf(categories: readonly string[]): ReadonlyMap<string, number> {
  const names = [...new Set(categories)].sort();
  return new Map(
    names.map((name, i) => [name, Math.round((360 * ((i * 7) % names.length)) / names.length)]),
  );
}

export function halos(places: Float32Array, relative: Float32Array | undefined): Node_ {
  const bright = relative
    ? [...relative.keys()].filter((item) => Math.sqrt(relative[item]!) >= HALO)
    : [];
  return h(
    "g",
    { key: "halos" },
    bright.slice(0, 12).map((item) =>
      h("circle", {
        class: "halo",
        key: item,
        fill: "url(#halo)",
        cx: places[2 * item]!.toFixed(1),
        cy: places[2 * item + 1]!.toFixed(1),
        r: (38 * Math.sqrt(relative![item]!)).toFixed(1),
      }),
    ),
  );
}

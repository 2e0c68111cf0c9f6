/** From item vectors to places on the map: one picture after the other, so that islands drift and never jump. */

import { pushApart } from "./apart.js";
import { nearness } from "./neighbours.js";
import { pca } from "./pca.js";
import { embed } from "./tsne.js";
import { turnTo } from "./turned.js";

/** Items with a place of their own; all others lie among those that they are like. */
export const PLACED = 2000;
const PERPLEXITY = 45;
/** The map is square; dots stay off its edge. */
export const SIDE = 704;
const MARGIN = 46;
const FIRST = { rounds: 320, exaggerated: 90 };
const NEXT = { rounds: 120, exaggerated: 0 };

export class MapLayout {
  readonly #radii: Float32Array;
  #last: Float32Array | undefined;

  /** @param radii f32[n] of the dots that have places, in the order of their vectors */
  constructor(radii: Float32Array) {
    this.#radii = radii;
  }

  /** f32[n, 2] in pixels of a map that is `SIDE` wide: principal components alone, one picture at once. */
  first(values: Float32Array, columns: number): Float32Array {
    const places = pca(values, columns);
    if (this.#last) turnTo(places, this.#last);
    return this.#fitted(places);
  }

  /** The same by neighbours, from the last places on. */
  next(values: Float32Array, columns: number): Float32Array {
    const start = this.#last;
    const places = start?.slice() ?? pca(values, columns).map((value) => value * 1e-2);
    embed(nearness(values, columns, PERPLEXITY), places, start ? NEXT : FIRST);
    if (start) turnTo(places, start);
    this.#last = places;
    return this.#fitted(places);
  }

  #fitted(places: Float32Array): Float32Array {
    let most = 0;
    for (const value of places) most = Math.max(most, Math.abs(value));
    const scale = (SIDE / 2 - MARGIN) / (most || 1);
    const pixels = places.map((value) => SIDE / 2 + value * scale);
    pushApart(pixels, this.#radii);
    for (let i = 0; i < pixels.length; ++i) {
      pixels[i] = Math.min(SIDE - MARGIN / 2, Math.max(MARGIN / 2, pixels[i]!));
    }
    return pixels;
  }
}

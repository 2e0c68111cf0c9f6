/** The smallest dots of a large map, written as pixels: a hundred thousand of them take the canvas itself too long. */

import type { State } from "../state/state.js";

interface Specks {
  readonly places: Float32Array;
  readonly view: State["view"];
  /** Pixels for each unit of the map. */
  readonly scale: number;
  readonly fill: string;
  /** How much of the colour a speck has, 0 to 1. */
  strength(item: number): number;
}

/**
 * Draws squares in place of all that the canvas shows.
 *
 * @param forEach calls back with each item that is drawn, and half the side of its square
 */
export function specks(
  pen: CanvasRenderingContext2D,
  { places, view, scale, fill, strength }: Specks,
  forEach: (each: (item: number, radius: number) => void) => void,
): void {
  const { width, height } = pen.canvas;
  const image = pen.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  pen.fillStyle = fill; // any colour goes in, `#rrggbb` comes out
  const colour = wordOf(String(pen.fillStyle));
  forEach((item, radius) => {
    const side = Math.max(1, Math.round(2 * radius * scale));
    const left = Math.round((places[2 * item]! - radius - view.x) * scale);
    const top = Math.round((places[2 * item + 1]! - radius - view.y) * scale);
    const [right, bottom] = [Math.min(width, left + side), Math.min(height, top + side)];
    const word = (colour | (Math.round(255 * strength(item)) << 24)) >>> 0;
    for (let y = Math.max(0, top); y < bottom; ++y) {
      for (let x = Math.max(0, left); x < right; ++x) pixels[y * width + x] = word;
    }
  });
  pen.putImageData(image, 0, 0);
}

/** The colour as a pixel has it, least byte first: red, green, blue. */
function wordOf(fill: string): number {
  const value = Number.parseInt(fill.slice(1), 16);
  return ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16);
}

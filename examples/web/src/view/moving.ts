/**
 * Dots move in parts, one part a frame: what a browser does to begin hundreds of transitions at once takes longer than
 * a frame may.
 */

import { change } from "../state/state.js";

const PARTS = 5;

let shown: Float32Array | undefined;
let goal: Float32Array | undefined;
let part = PARTS;

/** The places at which dots are drawn now. The page is drawn again until they are those that are given. */
export function movedTo(places: Float32Array): Float32Array {
  if (places !== goal) {
    goal = places;
    if (shown?.length === places.length) part = 0;
    else [shown, part] = [places, PARTS]; // new dots do not move
  }
  if (part < PARTS) {
    shown = shown!.slice();
    for (let item = part; 2 * item < places.length; item += PARTS) {
      shown.set(places.subarray(2 * item, 2 * item + 2), 2 * item);
    }
    part++;
    if (part < PARTS) change({});
  }
  return shown!;
}

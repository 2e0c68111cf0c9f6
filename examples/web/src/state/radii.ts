/** How large the dot of each item is: its area grows with its clicks. */

import { SIDE } from "../map/layout.js";

const LEAST = 3.4;
const MOST = 11;
/** Of the map that dots may cover, so that there is sea between the islands. */
const COVER = 0.13;

export function radiiOf(support: Int32Array): Float32Array {
  const top = support.reduce((a, b) => Math.max(a, b), 1);
  const radii = Float32Array.from(
    support,
    (clicks) => LEAST + (MOST - LEAST) * Math.sqrt(clicks / top),
  );
  const area = radii.reduce((sum, r) => sum + Math.PI * (r + 1) ** 2, 0);
  const scale = Math.min(1, Math.sqrt((COVER * SIDE * SIDE) / area));
  return radii.map((r) => r * scale);
}

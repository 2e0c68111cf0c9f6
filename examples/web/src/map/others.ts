/** Items without a place of their own lie at the weighted mean of those that they are most like. */

const LIKES = 5;

/**
 * @param values f32[items, columns]
 * @param placed rows of items that have places, ascending
 * @param places f32[placed, 2]
 * @returns f32[items, 2]
 */
export function amongLikes(
  values: Float32Array,
  columns: number,
  placed: Int32Array,
  places: Float32Array,
): Float32Array {
  const items = values.length / columns;
  if (placed.length === items) return places;
  const all = new Float32Array(2 * items);
  const lengths = Float32Array.from({ length: items }, (_, i) => norm(values, columns, i));
  const own = new Uint8Array(items);
  for (const [i, row] of placed.entries()) {
    all.set(places.subarray(2 * i, 2 * i + 2), 2 * row);
    own[row] = 1;
  }
  for (let item = 0; item < items; ++item) {
    if (own[item]) continue;
    const [x, y] = meanOfLikes(item, { values, columns, lengths, placed, places });
    all[2 * item] = x;
    all[2 * item + 1] = y;
  }
  return all;
}

interface Given {
  readonly values: Float32Array;
  readonly columns: number;
  readonly lengths: Float32Array;
  readonly placed: Int32Array;
  readonly places: Float32Array;
}

function meanOfLikes(item: number, given: Given): [number, number] {
  const { values, columns, lengths, placed, places } = given;
  const best: [number, number][] = [];
  for (const [i, row] of placed.entries()) {
    let dot = 0;
    for (let c = 0; c < columns; ++c) {
      dot += values[item * columns + c]! * values[row * columns + c]!;
    }
    const closeness = dot / (lengths[item]! * lengths[row]! || 1);
    if (best.length === LIKES && closeness <= best.at(-1)![0]) continue;
    best.push([closeness, i]);
    best.sort(([a], [b]) => b - a).splice(LIKES);
  }
  let [x, y, sum] = [0, 0, 0];
  for (const [closeness, i] of best) {
    const weight = Math.exp(8 * (closeness - best[0]![0]));
    x += weight * places[2 * i]!;
    y += weight * places[2 * i + 1]!;
    sum += weight;
  }
  return [x / sum, y / sum];
}

function norm(values: Float32Array, columns: number, item: number): number {
  let square = 0;
  for (let c = 0; c < columns; ++c) square += values[item * columns + c]! ** 2;
  return Math.sqrt(square);
}

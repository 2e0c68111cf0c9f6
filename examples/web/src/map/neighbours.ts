/**
 * How near items are to each other, as t-SNE takes it (van der Maaten & Hinton 2008, eq. 1): each item has a
 * Gaussian whose width gives it a certain number of neighbours, the perplexity. Vectors are compared by their angle.
 */

const TRIES = 40;

/**
 * @param values f32[n, columns]
 * @returns f32[n, n]: symmetric, of sum 1
 */
export function nearness(values: Float32Array, columns: number, perplexity: number): Float32Array {
  const n = values.length / columns;
  const unit = directions(values, columns);
  const joint = new Float32Array(n * n);
  const distances = new Float32Array(n);
  const wanted = Math.log(Math.min(perplexity, (n - 1) / 3));
  for (let i = 0; i < n; ++i) {
    for (let j = 0; j < n; ++j) {
      let dot = 0;
      for (let c = 0; c < columns; ++c) dot += unit[i * columns + c]! * unit[j * columns + c]!;
      distances[j] = 2 - 2 * dot;
    }
    const row = conditional(distances, i, wanted);
    for (let j = 0; j < n; ++j) {
      joint[i * n + j]! += row[j]! / (2 * n);
      joint[j * n + i]! += row[j]! / (2 * n);
    }
  }
  return joint;
}

function directions(values: Float32Array, columns: number): Float32Array {
  const unit = values.slice();
  for (let at = 0; at < unit.length; at += columns) {
    const row = unit.subarray(at, at + columns);
    let square = 0;
    for (const value of row) square += value * value;
    const length = Math.sqrt(square) || 1;
    for (let c = 0; c < columns; ++c) row[c]! /= length;
  }
  return unit;
}

/** The row of an item; its width is found by halving, until the entropy is the wanted one. */
function conditional(distances: Float32Array, self: number, wanted: number): Float64Array {
  const row = new Float64Array(distances.length);
  let [low, high, precision] = [0, Number.POSITIVE_INFINITY, 1];
  for (let tries = 0; tries < TRIES; ++tries) {
    let [sum, weighted] = [0, 0];
    for (let j = 0; j < row.length; ++j) {
      row[j] = j === self ? 0 : Math.exp(-distances[j]! * precision);
      sum += row[j]!;
      weighted += row[j]! * distances[j]!;
    }
    sum ||= 1e-12;
    for (let j = 0; j < row.length; ++j) row[j]! /= sum;
    const entropy = Math.log(sum) + (precision * weighted) / sum;
    if (Math.abs(entropy - wanted) < 1e-4) break;
    if (entropy > wanted) low = precision;
    else high = precision;
    precision = high === Number.POSITIVE_INFINITY ? precision * 2 : (low + high) / 2;
  }
  return row;
}

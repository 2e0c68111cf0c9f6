/** Two principal components of vectors, by power iteration: the first picture, and where neighbour embedding begins. */

const ROUNDS = 60;

/**
 * @param values f32[n, columns]
 * @returns f32[n, 2], the wider axis of standard deviation 1
 */
export function pca(values: Float32Array, columns: number): Float32Array {
  const n = values.length / columns;
  const mean = new Float64Array(columns);
  for (let i = 0; i < values.length; ++i) mean[i % columns]! += values[i]! / n;
  const covariance = new Float64Array(columns * columns);
  const row = new Float64Array(columns);
  for (let i = 0; i < n; ++i) {
    for (let c = 0; c < columns; ++c) row[c] = values[i * columns + c]! - mean[c]!;
    for (let a = 0; a < columns; ++a) {
      for (let b = 0; b < columns; ++b) covariance[a * columns + b]! += (row[a]! * row[b]!) / n;
    }
  }
  const first = leading(covariance, columns, []);
  const second = leading(covariance, columns, [first]);
  const places = new Float32Array(2 * n);
  for (let i = 0; i < n; ++i) {
    for (let c = 0; c < columns; ++c) {
      const value = values[i * columns + c]! - mean[c]!;
      places[2 * i]! += value * first[c]!;
      places[2 * i + 1]! += value * second[c]!;
    }
  }
  return scaled(places);
}

/** The leading eigenvector that is at right angles to others. */
function leading(
  matrix: Float64Array,
  size: number,
  others: readonly Float64Array[],
): Float64Array {
  let vector = Float64Array.from({ length: size }, (_, i) => Math.sin(1 + i * (others.length + 1)));
  for (let round = 0; round < ROUNDS; ++round) {
    const next = new Float64Array(size);
    for (let a = 0; a < size; ++a) {
      for (let b = 0; b < size; ++b) next[a]! += matrix[a * size + b]! * vector[b]!;
    }
    for (const other of others) {
      const along = next.reduce((sum, value, i) => sum + value * other[i]!, 0);
      for (let i = 0; i < size; ++i) next[i]! -= along * other[i]!;
    }
    const length = Math.hypot(...next) || 1;
    vector = next.map((value) => value / length);
  }
  return vector;
}

function scaled(places: Float32Array): Float32Array {
  let [x, y] = [0, 0];
  for (let i = 0; i < places.length; i += 2) {
    x += places[i]! ** 2;
    y += places[i + 1]! ** 2;
  }
  const deviation = Math.sqrt(Math.max(x, y) / (places.length / 2)) || 1;
  return places.map((value) => value / deviation);
}

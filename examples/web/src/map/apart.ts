/** Pushes dots apart until none overlap. Dots are sorted into squares as wide as the largest two, to find neighbours. */

const ROUNDS = 60;
/** Left between two dots. */
const GAP = 2;

/**
 * @param places f32[n, 2] in pixels, overwritten
 * @param radii  f32[n]
 */
export function pushApart(places: Float32Array, radii: Float32Array): void {
  const n = radii.length;
  const side = 2 * radii.reduce((a, b) => Math.max(a, b), 0) + GAP;
  for (let round = 0; round < ROUNDS; ++round) {
    const squares = new Map<number, number[]>();
    const squareOf = (i: number): number => Math.floor(places[i]! / side);
    for (let i = 0; i < n; ++i) {
      const key = squareOf(2 * i) * 65_536 + squareOf(2 * i + 1);
      const others = squares.get(key);
      if (others) others.push(i);
      else squares.set(key, [i]);
    }
    let moved = 0;
    for (let i = 0; i < n; ++i) {
      for (const dx of [-1, 0, 1]) {
        for (const dy of [-1, 0, 1]) {
          const key = (squareOf(2 * i) + dx) * 65_536 + squareOf(2 * i + 1) + dy;
          for (const j of squares.get(key) ?? []) if (j > i) moved += part(places, radii, i, j);
        }
      }
    }
    if (moved === 0) return;
  }
}

/** Moves two dots that overlap, the smaller one more. Returns 1 if it did. */
function part(places: Float32Array, radii: Float32Array, i: number, j: number): number {
  const dx = places[2 * j]! - places[2 * i]! || 0.01 * ((j % 7) - 3.5);
  const dy = places[2 * j + 1]! - places[2 * i + 1]! || 0.01 * ((j % 5) - 2.5);
  const [ri, rj] = [radii[i]!, radii[j]!];
  const distance = Math.hypot(dx, dy);
  const lack = ri + rj + GAP - distance;
  if (lack <= 0.05) return 0;
  const share = (rj * rj) / (ri * ri + rj * rj);
  const [x, y] = [(lack * dx) / distance, (lack * dy) / distance];
  places[2 * i]! -= x * share;
  places[2 * i + 1]! -= y * share;
  places[2 * j]! += x * (1 - share);
  places[2 * j + 1]! += y * (1 - share);
  return 1;
}

/** Turns a picture so that it lies as the last one did (orthogonal Procrustes; in the plane it has a closed form). */

/**
 * @param places f32[n, 2], centred, overwritten
 * @param last   f32[n, 2], of the same items
 */
export function turnTo(places: Float32Array, last: Float32Array): void {
  const turn = sums(places, last, 1);
  const flip = sums(places, last, -1);
  const isFlipped = Math.hypot(...flip) > Math.hypot(...turn);
  const [cos, sin] = isFlipped ? flip : turn;
  const length = Math.hypot(cos, sin) || 1;
  const sign = isFlipped ? -1 : 1;
  for (let i = 0; i < places.length; i += 2) {
    const x = places[i]!;
    const y = sign * places[i + 1]!;
    places[i] = (x * cos - y * sin) / length;
    places[i + 1] = (x * sin + y * cos) / length;
  }
}

/** Σ of the products of both as complex numbers, the first one conjugated: its angle is the turn. */
function sums(places: Float32Array, last: Float32Array, sign: number): [number, number] {
  let [real, imaginary] = [0, 0];
  for (let i = 0; i < places.length; i += 2) {
    const x = places[i]!;
    const y = sign * places[i + 1]!;
    real += x * last[i]! + y * last[i + 1]!;
    imaginary += x * last[i + 1]! - y * last[i]!;
  }
  return [real, imaginary];
}

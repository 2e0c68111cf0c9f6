/**
 * Neighbour embedding (t-SNE, van der Maaten & Hinton 2008, eq. 4 and 5), exact, for up to about 2,000 items:
 *
 *     q_ij = (1 + |y_i − y_j|²)⁻¹ / Σ        dy_i = 4 Σ_j (p_ij − q_ij)(y_i − y_j)(1 + |y_i − y_j|²)⁻¹
 */

/** Gains and momentum of the paper's appendix. */
const MOMENTUM = 0.8;
const EARLY_MOMENTUM = 0.5;
const LEAST_GAIN = 0.01;

export interface Course {
  readonly rounds: number;
  /** Rounds with all nearness made larger, so that neighbours find each other; 0 when they have. */
  readonly exaggerated: number;
}

const EXAGGERATION = 4;

/**
 * Moves places.
 *
 * @param joint  f32[n, n], of sum 1
 * @param places f32[n, 2], overwritten
 */
export function embed(joint: Float32Array, places: Float32Array, course: Course): void {
  const n = places.length / 2;
  const speed = new Float32Array(2 * n);
  const gains = new Float32Array(2 * n).fill(1);
  const slope = new Float64Array(2 * n);
  const rate = Math.max(n / 12, 20);
  for (let round = 0; round < course.rounds; ++round) {
    const isEarly = round < course.exaggerated;
    slopes(joint, places, isEarly ? EXAGGERATION : 1, slope);
    const momentum = isEarly ? EARLY_MOMENTUM : MOMENTUM;
    for (let i = 0; i < 2 * n; ++i) {
      const isTurning = slope[i]! > 0 === speed[i]! > 0;
      gains[i] = Math.max(isTurning ? gains[i]! * 0.8 : gains[i]! + 0.2, LEAST_GAIN);
      speed[i] = momentum * speed[i]! - rate * gains[i]! * slope[i]!;
      places[i]! += speed[i]!;
    }
    centre(places);
  }
}

/** Pairs are looked at once: what pulls one item pulls the other the opposite way. */
function slopes(p: Float32Array, y: Float32Array, factor: number, slope: Float64Array): void {
  const n = y.length / 2;
  let sum = 0;
  for (let i = 0; i < n; ++i) {
    const [xi, yi] = [y[2 * i]!, y[2 * i + 1]!];
    for (let j = 0; j < i; ++j) {
      const dx = xi - y[2 * j]!;
      const dy = yi - y[2 * j + 1]!;
      sum += 2 / (1 + dx * dx + dy * dy);
    }
  }
  slope.fill(0);
  for (let i = 0; i < n; ++i) {
    const [xi, yi] = [y[2 * i]!, y[2 * i + 1]!];
    let [sx, sy] = [0, 0];
    for (let j = 0; j < i; ++j) {
      const dx = xi - y[2 * j]!;
      const dy = yi - y[2 * j + 1]!;
      const near = 1 / (1 + dx * dx + dy * dy);
      const pull = 4 * (factor * p[i * n + j]! - near / sum) * near;
      sx += pull * dx;
      sy += pull * dy;
      slope[2 * j]! -= pull * dx;
      slope[2 * j + 1]! -= pull * dy;
    }
    slope[2 * i]! += sx;
    slope[2 * i + 1]! += sy;
  }
}

function centre(places: Float32Array): void {
  const n = places.length / 2;
  let [x, y] = [0, 0];
  for (let i = 0; i < n; ++i) {
    x += places[2 * i]! / n;
    y += places[2 * i + 1]! / n;
  }
  for (let i = 0; i < n; ++i) {
    places[2 * i]! -= x;
    places[2 * i + 1]! -= y;
  }
}

/** How long gradients are, for the gradient cap: it scales all of them when together they are too long. */
import { areTensors } from "./asserts";
import { F32 } from "./lanes";

/**
 * norms[n] = ‖g_n‖² for n in [begin, end), summed in f64.
 *
 * @param norms     f64[n]  out
 * @param gradients u32[n]  address of each gradient, f32[columns]
 */
export function squareRows(
  norms: usize, gradients: usize, columns: usize, begin: usize, end: usize,
): void {
  assert(areTensors(norms, gradients) && (norms & 7) == 0);
  assert(begin <= end);
  const bytes = columns * F32;
  for (let n = begin; n < end; ++n) {
    const g = <usize>load<u32>(gradients + (n << 2));
    assert(areTensors(g));
    let sum: f64 = 0;
    for (let i: usize = 0; i < bytes; i += F32) {
      const x = <f64>load<f32>(g + i);
      sum += x * x;
    }
    store<f64>(norms + (n << 3), sum);
  }
}

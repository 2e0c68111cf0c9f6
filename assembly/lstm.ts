/**
 * The elementwise half of the long short-term memory; the matrix half is gemm.ts.
 *
 * Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000, as in torch.nn.LSTM. It carries
 * two states, h and c:
 *
 *   i = σ(a_i)   f = σ(a_f)   o = σ(a_o)     input, forget and output gate
 *   g = act(a_g)                             candidate (activate, in place)
 *   c′ = f ⊙ c + i ⊙ g                       new cell state
 *   s = act(c′)                              squashed (activate, in place)
 *   h′ = o ⊙ s                               new hidden state, the output
 *
 * `gates` is f32[B, 4·D], columns i | f | g | o. It holds x·W + b + h·U when a step begins, and the
 * activated gates, kept for the backward pass, when it ends. D is a multiple of 4 everywhere.
 */
import { areTensors, areVectors } from "./asserts";
import { F32, V128, madd4, one4, sigmoid4 } from "./lanes";

/** g·y·(1 − y): a gradient through σ, of which y came out. */
// @ts-ignore: decorator
@inline
function throughSigmoid4(g: v128, y: v128): v128 {
  return f32x4.mul(g, f32x4.mul(y, f32x4.sub(one4(), y)));
}

/**
 * i, f and o in place, and c′ twice: as the state and, for s to take its place, beside it.
 *
 * @param gates f32[B, 4·D]  i, f and o: pre-activations in, gates out; g is activated already
 * @param c     f32[B, D]    cell state before the step
 * @param next  f32[B, D]    out: c′
 * @param s     f32[B, D]    out: c′
 */
export function lstmState(
  gates: usize, c: usize, next: usize, s: usize, D: usize, begin: usize, end: usize,
): void {
  assert(areTensors(gates, c, next, s));
  assert((D & 3) == 0);
  assert(begin <= end);
  const row = D * F32;
  for (let b = begin; b < end; ++b) {
    const gb = gates + b * 4 * row;
    for (let k: usize = 0; k < row; k += V128) {
      const i = sigmoid4(v128.load(gb + k));
      const f = sigmoid4(v128.load(gb + row + k));
      v128.store(gb + k, i);
      v128.store(gb + row + k, f);
      v128.store(gb + 3 * row + k, sigmoid4(v128.load(gb + 3 * row + k)));
      const taken = f32x4.mul(i, v128.load(gb + 2 * row + k));
      const state = madd4(f, v128.load(c + b * row + k), taken);
      v128.store(next + b * row + k, state);
      v128.store(s + b * row + k, state);
    }
  }
}

/**
 * h′ = o ⊙ s
 *
 * @param gates f32[B, 4·D]  i | f | g | o, activated
 * @param s     f32[B, D]    act(c′)
 * @param out   f32[B, D]    h′
 */
export function lstmOutput(gates: usize, s: usize, out: usize, D: usize, begin: usize, end: usize): void {
  assert(areTensors(gates, s, out));
  assert((D & 3) == 0);
  assert(begin <= end);
  const row = D * F32;
  for (let b = begin; b < end; ++b) {
    const ob = gates + b * 4 * row + 3 * row;
    for (let k: usize = 0; k < row; k += V128) {
      v128.store(out + b * row + k, f32x4.mul(v128.load(ob + k), v128.load(s + b * row + k)));
    }
  }
}

/**
 * From dh′ to the output gate's pre-activation and to s:
 *
 *   da_o = dh′ ⊙ s ⊙ o(1−o)     ds = dh′ ⊙ o     (the slope at c′ comes after, activateBackward)
 *
 * @param dOut  f32[B, ldOut] gradient of h′ in the first D columns
 * @param gates f32[B, 4·D]   i | f | g | o
 * @param s     f32[B, D]     act(c′)
 * @param da    f32[B, 4·D]   out: columns o
 * @param ds    f32[B, D]     out
 */
export function lstmOutputBackward(
  dOut: usize, ldOut: usize, gates: usize, s: usize, da: usize, ds: usize, D: usize,
  begin: usize, end: usize,
): void {
  assert(areTensors(dOut, gates, s, da) && areTensors(ds));
  assert(areVectors(D, ldOut));
  assert(begin <= end);
  const row = D * F32;
  for (let b = begin; b < end; ++b) {
    const ob = gates + b * 4 * row + 3 * row;
    const ab = da + b * 4 * row + 3 * row;
    for (let k: usize = 0; k < row; k += V128) {
      const d = v128.load(dOut + b * ldOut * F32 + k);
      const o = v128.load(ob + k);
      v128.store(ab + k, throughSigmoid4(f32x4.mul(d, v128.load(s + b * row + k)), o));
      v128.store(ds + b * row + k, f32x4.mul(d, o));
    }
  }
}

/**
 * From dc′ = ds + what came back from the following step to all other gates, and to the state before:
 *
 *   da_i = dc′ ⊙ g ⊙ i(1−i)   da_f = dc′ ⊙ c ⊙ f(1−f)   dg = dc′ ⊙ i   dc = dc′ ⊙ f
 *
 * The candidate's slope comes after (activateBackward).
 *
 * @param ds    f32[B, D]   gradient of c′ by way of s
 * @param gates f32[B, 4·D] i | f | g | o
 * @param c     f32[B, D]   cell state before the step
 * @param dc    f32[B, D]   gradient of c′ by way of the following step in, gradient of c out
 * @param da    f32[B, 4·D] out: columns i, f and g
 */
export function lstmStateBackward(
  ds: usize, gates: usize, c: usize, dc: usize, da: usize, D: usize, begin: usize, end: usize,
): void {
  assert(areTensors(ds, gates, c, dc) && areTensors(da));
  assert((D & 3) == 0);
  assert(begin <= end);
  const row = D * F32;
  for (let b = begin; b < end; ++b) {
    const gb = gates + b * 4 * row;
    const ab = da + b * 4 * row;
    for (let k: usize = 0; k < row; k += V128) {
      const i = v128.load(gb + k);
      const f = v128.load(gb + row + k);
      const d = f32x4.add(v128.load(ds + b * row + k), v128.load(dc + b * row + k));
      v128.store(ab + k, throughSigmoid4(f32x4.mul(d, v128.load(gb + 2 * row + k)), i));
      v128.store(ab + row + k, throughSigmoid4(f32x4.mul(d, v128.load(c + b * row + k)), f));
      v128.store(ab + 2 * row + k, f32x4.mul(d, i));
      v128.store(dc + b * row + k, f32x4.mul(d, f));
    }
  }
}

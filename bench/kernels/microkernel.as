/**
 * The rate to measure products against: register tiles of a matrix product and nothing around them.
 * Both operands lie in the first cache, packed; sums stay in registers until the end. AssemblyScript,
 * compiled by microkernel.ts with and without relaxed SIMD.
 */

// @ts-ignore: decorator
@inline
function madd4(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** C[rows, 8] += A[depth, rows] · B[depth, 8], `times` times over. */
// @ts-ignore: decorator
@inline
function tile(rows: i32, a: usize, b: usize, c: usize, depth: i32, times: i32): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00;
  let s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00;
  for (let t = 0; t < times; ++t) {
    let x = a;
    let y = b;
    for (let k = 0; k < depth; ++k) {
      const b0 = v128.load(y);
      const b1 = v128.load(y, 16);
      let v = v128.load_splat<f32>(x);
      s00 = madd4(v, b0, s00);
      s01 = madd4(v, b1, s01);
      v = v128.load_splat<f32>(x, 4);
      s10 = madd4(v, b0, s10);
      s11 = madd4(v, b1, s11);
      v = v128.load_splat<f32>(x, 8);
      s20 = madd4(v, b0, s20);
      s21 = madd4(v, b1, s21);
      v = v128.load_splat<f32>(x, 12);
      s30 = madd4(v, b0, s30);
      s31 = madd4(v, b1, s31);
      if (rows > 4) {
        v = v128.load_splat<f32>(x, 16);
        s40 = madd4(v, b0, s40);
        s41 = madd4(v, b1, s41);
      }
      if (rows > 5) {
        v = v128.load_splat<f32>(x, 20);
        s50 = madd4(v, b0, s50);
        s51 = madd4(v, b1, s51);
      }
      x += rows << 2;
      y += 32;
    }
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c, s10, 32);
  v128.store(c, s11, 48);
  v128.store(c, s20, 64);
  v128.store(c, s21, 80);
  v128.store(c, s30, 96);
  v128.store(c, s31, 112);
  if (rows > 4) {
    v128.store(c, s40, 128);
    v128.store(c, s41, 144);
  }
  if (rows > 5) {
    v128.store(c, s50, 160);
    v128.store(c, s51, 176);
  }
}

export function tile4(a: usize, b: usize, c: usize, depth: i32, times: i32): void {
  tile(4, a, b, c, depth, times);
}

export function tile5(a: usize, b: usize, c: usize, depth: i32, times: i32): void {
  tile(5, a, b, c, depth, times);
}

export function tile6(a: usize, b: usize, c: usize, depth: i32, times: i32): void {
  tile(6, a, b, c, depth, times);
}

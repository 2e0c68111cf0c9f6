/**
 * Mutants of the kernels that no test can tell from the original, and why. A mutant is known by its
 * file, a piece of the line that it changes, and what it makes of what, so that lines may move.
 */

const LOSSES = ["loss", "loss-max", "loss-pairwise"];

const EQUIVALENT = [
  {
    files: LOSSES,
    line: "first < N; first += SUM_BLOCK",
    now: "<=",
    why: "one more block, of no rows",
  },
  {
    files: ["loss"],
    line: "SUM_BLOCK: usize = 64",
    why: "how many rows a block of a sum has: accuracy alone, within the bounds",
  },
  {
    files: ["loss"],
    line: "const other: f32 = N > 1",
    was: "0",
    why: "with one row there are no others",
  },
  {
    files: ["loss-pairwise"],
    line: "f32x4.ge(d, zero)",
    now: "f32x4.gt(",
    why: "at d = 0 both branches are e⁰ = 1",
  },
  {
    files: ["optimizer"],
    line: "if (velocity != 0)",
    now: "true",
    why: "without momentum it gives the same w: μ is 0, and w is written over what it wrote",
  },
  {
    files: ["optimizer"],
    line: "if (velocity != 0)",
    was: "0",
    why: "no velocity stands 1 float behind its weight",
  },
  {
    files: ["optimizer"],
    line: "let p1: f32 = 0",
    why: "set before it is read",
  },
  {
    files: ["optimizer"],
    line: "let p2: f32 = 0",
    why: "set before it is read",
  },
  {
    files: ["rank"],
    line: "bytes & ~(WIDE - 1)",
    was: "&",
    why: "no columns by sixteen: those by four are all, in the same order",
  },
  {
    files: ["rank"],
    line: "bytes & ~(WIDE - 1)",
    was: "+",
    why: "no columns by sixteen: those by four are all, in the same order",
  },
  {
    files: ["rank"],
    line: "bytes & ~(WIDE - 1)",
    was: "1",
    why: "bytes are a multiple of 16, their last bits are 0",
  },
  {
    files: ["bounds"],
    line: "largest = i32x4.splat(0)",
    why: "1 is as far below the limit as 0",
  },
  {
    files: ["bounds"],
    line: "rest: u32 = 0",
    why: "1 is as far below the limit as 0",
  },
  {
    files: ["rank"],
    line: "i < I; i += 4",
    now: "<=",
    why: "one more group of four, of no items",
  },
  {
    files: ["rank"],
    line: "if (!v128.any_true(f32x4.gt(four",
    why: "a short cut past four scores of which none is listed: each is looked at again",
  },
  {
    files: ["rank"],
    line: "if (mask == 0) continue;",
    now: "false",
    why: "a short cut past four scores of which none is listed: each lane is looked at again",
  },
  {
    files: ["sampling"],
    line: "j < end; j += DRAWS",
    now: "<=",
    why: "one more block, of no draws",
  },
  {
    files: ["upper-bounds"],
    line: "block < I; block += BLOCK",
    now: "<=",
    why: "one more block, of no rows",
  },
  {
    files: ["activation"],
    line: "if (kind == LINEAR) return;",
    now: "false",
    why: "a short cut: every value is written over itself, every gradient multiplied by 1",
  },
];

/** Why this mutant is no wrong, or undefined. */
export function reasonOf(file, source, { was, now }) {
  const found = EQUIVALENT.find(
    (entry) =>
      entry.files.includes(file) &&
      source.includes(entry.line) &&
      (entry.was === undefined || entry.was === was) &&
      (entry.now === undefined || entry.now === now),
  );
  return found?.why;
}

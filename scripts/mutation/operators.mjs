/**
 * Small wrongs in AssemblyScript: an operator for another, a term left out, a bound moved, a constant
 * a little off, a statement less. Each is a piece of the text and what stands there instead.
 */

/** Calls with two operands that may be taken for each other. */
const CALLS = {
  add: "sub",
  sub: "add",
  mul: "add",
  div: "mul",
  pmin: "pmax",
  pmax: "pmin",
  ge: "gt",
  gt: "ge",
  le: "lt",
  lt: "le",
  lt_u: "le_u",
  ge_s: "gt_s",
  eq: "ne",
  and: "or",
  or: "and",
  xor: "or",
  andnot: "and",
  shl: "shr_u",
  shr_u: "shl",
};
/** Calls of which the first operand alone may be left. */
const TERMS = [
  "add",
  "sub",
  "mul",
  "div",
  "and",
  "or",
  "xor",
  "andnot",
  "neg",
  "abs",
  "sqrt",
  "not",
];

const OPERATORS = {
  "+": "-",
  "-": "+",
  "*": "+",
  "/": "*",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "==": "!=",
  "!=": "==",
  "&&": "||",
  "||": "&&",
  "<<": ">>",
  ">>": "<<",
  "&": "|",
  "|": "&",
  "^": "|",
  "+=": "-=",
  "-=": "+=",
};

/** All mutants of a source text: `{ at, end, now, line, kind }`. */
export function mutantsOf(text) {
  const code = masked(text);
  const all = [
    ...calls(code),
    ...operators(code),
    ...constants(code),
    ...statements(code),
    ...conditions(code),
  ];
  const lineOf = (at) => text.slice(0, at).split("\n").length;
  return all
    .map((mutant) => ({
      ...mutant,
      line: lineOf(mutant.at),
      was: text.slice(mutant.at, mutant.end),
    }))
    .filter(({ was, now }) => was !== now)
    .sort((a, b) => a.at - b.at);
}

/** The text with comments, imports, asserts and the heads of functions blanked, at the same places. */
function masked(text) {
  const blank = (piece) => piece.replace(/[^\n]/g, " ");
  return text
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, blank)
    .replace(/^(import|export \{)[\s\S]*?;/gm, blank)
    .replace(/^@inline/gm, blank)
    .replace(/^ *assert\(.*\);$/gm, blank) // not in the builds that are tested
    .replace(/^(export )?function[\s\S]*?\{$/gm, blank);
}

function* calls(code) {
  for (const call of code.matchAll(/\b(f32x4|i32x4|v128)\.(\w+)\(/g)) {
    const at = call.index;
    const end = at + call[0].length;
    const [, type, name] = call;
    if (CALLS[name]) yield { at, end, now: `${type}.${CALLS[name]}(`, kind: "operator" };
    if (!TERMS.includes(name)) continue;
    const [first] = operands(code, end);
    yield { at, end: closing(code, end) + 1, now: first, kind: "term" };
  }
  for (const call of code.matchAll(/\b(n?madd4|select4)\(/g)) {
    const end = call.index + call[0].length;
    const close = closing(code, end) + 1;
    const [a, b, c] = operands(code, end);
    const other = { madd4: `nmadd4(${a}, ${b}, ${c})`, nmadd4: `madd4(${a}, ${b}, ${c})` };
    const swapped = other[call[1]] ?? `select4(${a}, ${c}, ${b})`;
    yield { at: call.index, end: close, now: swapped, kind: "operator" };
    if (call[1] !== "select4") yield { at: call.index, end: close, now: c, kind: "term" };
  }
}

function* operators(code) {
  for (const found of code.matchAll(/ (\+=|-=|[<>=!]=|&&|\|\||<<|>>|[-+*/<>&|^]) /g)) {
    const at = found.index + 1;
    const operator = found[1];
    // A loop that steps the other way ends by luck only.
    if (
      operator.length === 2 &&
      operator[1] === "=" &&
      /[-+]/.test(operator[0]) &&
      inFor(code, at)
    ) {
      continue;
    }
    if (!OPERATORS[operator]) continue;
    yield { at, end: at + operator.length, now: OPERATORS[operator], kind: "operator" };
  }
}

/** Numbers a little off, and loops that begin one later. */
function* constants(code) {
  for (const found of code.matchAll(/(?<![\w.])(\d+(?:\.\d+)?(?:e-?\d+)?|0x[\da-f]+)(?![\w.])/g)) {
    const at = found.index;
    const number = Number(found[1]);
    const isWhole = Number.isInteger(number) && !/[.e]/.test(found[1]);
    const now = isWhole ? String(number + 1) : String(number * 1.01);
    yield { at, end: at + found[1].length, now, kind: isWhole ? "bound" : "constant" };
  }
  for (const found of code.matchAll(/\bfor \(let \w+(?:: usize)? = (begin|first)\b/g)) {
    const end = found.index + found[0].length;
    yield { at: end - found[1].length, end, now: `${found[1]} + 1`, kind: "bound" };
  }
}

/** Stores, sums and calls that are left out. */
function* statements(code) {
  const statement =
    /^ +((v128\.store|store<\w+>|put|copyRow|insert|pack\w+|\w+Part)\(.*;|[\w.]+ [-+]?= .*;)$/gm;
  for (const found of code.matchAll(statement)) {
    const at = found.index + found[0].indexOf(found[1]);
    yield { at, end: at + found[1].length, now: ";", kind: "statement" };
  }
}

/** Conditions that always or never hold. */
function* conditions(code) {
  for (const found of code.matchAll(/\b(if|while) \(/g)) {
    const at = found.index + found[0].length;
    const end = closing(code, at);
    yield { at, end, now: "false", kind: "condition" };
    if (found[1] === "if") yield { at, end, now: "true", kind: "condition" };
  }
}

/** Where the bracket closes that stands open before `at`. */
function closing(code, at) {
  for (let depth = 1, i = at; ; ++i) {
    if (i >= code.length) throw new Error("an open bracket");
    if ("([{".includes(code[i])) depth++;
    else if (")]}".includes(code[i]) && --depth === 0) return i;
  }
}

/** The operands of a call whose bracket opens before `at`. */
function operands(code, at) {
  const end = closing(code, at);
  const found = [];
  let depth = 0;
  let begin = at;
  for (let i = at; i < end; ++i) {
    if ("([{".includes(code[i])) depth++;
    else if (")]}".includes(code[i])) depth--;
    else if (code[i] === "," && depth === 0) {
      found.push(code.slice(begin, i).trim());
      begin = i + 1;
    }
  }
  return [...found, code.slice(begin, end).trim()].filter((operand) => operand !== "");
}

function inFor(code, at) {
  const begin = code.lastIndexOf("\n", at);
  return /^\s*for /.test(code.slice(begin + 1, at));
}

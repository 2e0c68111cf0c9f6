/** Drawings for a terminal: a curve in braille dots, a bar in eighths of a block, or both in ASCII. */

/** A point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface CurveOptions {
  /** Columns and rows of the curve itself, without axes. */
  readonly width: number;
  readonly height: number;
  /** Left end of the x axis, which ends at the last point. */
  readonly from: number;
  /** x where the axis gets a mark and a number. */
  readonly ticks: readonly number[];
  /** Only characters of ASCII. */
  readonly ascii: boolean;
  /** Paints the curve. */
  readonly paint?: (text: string) => string;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
/** Dots of a braille character, [row][column], as bits above U+2800. */
const BRAILLE = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** A bar of `share` (0 … 1) of `width` columns, never longer. */
export function bar(share: number, width: number, ascii: boolean): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  if (ascii) return "#".repeat(Math.round(eighths / 8));
  return "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7];
}

/**
 * A curve through points of ascending x, with its y range on the left and ticks below:
 *
 *     5.99 ┤⡇
 *          │⠸⡀
 *     4.02 ┤ ⠑⠤⠤⠤⣀⣀
 *          └┬─────┬
 *           1     2
 */
export function curve(points: readonly Point[], options: CurveOptions): string[] {
  const { width, height, from, ascii, paint = (text: string): string => text } = options;
  const last = points[points.length - 1];
  if (!last) return [];
  const ys = points.map(({ y }) => y);
  const high = Math.max(...ys);
  const low = Math.min(...ys);
  const [dotsAcross, dotsDown] = ascii ? [1, 1] : [2, 4];

  const spanX = last.x - from || 1;
  const spanY = high - low || 1;
  const columns = width * dotsAcross;
  const rows = height * dotsDown;
  const dots = Array.from({ length: rows }, () => new Uint8Array(columns));
  let before: number | undefined;
  for (let column = 0; column < columns; ++column) {
    const y = heightAt(points, from + (spanX * column) / (columns - 1));
    if (y === undefined) continue;
    const row = Math.round(((high - y) / spanY) * (rows - 1));
    // A step down fills this column from below the last dot, so that the curve has no gaps.
    const start = before === undefined || before === row ? row : before + Math.sign(row - before);
    for (let r = Math.min(start, row); r <= Math.max(start, row); ++r) dots[r]![column] = 1;
    before = row;
  }

  const axis = ascii ? { tick: "+", line: "|" } : { tick: "┤", line: "│" };
  const labels = new Map([
    [0, high.toFixed(2)],
    [height - 1, low.toFixed(2)],
  ]);
  if (height >= 5) labels.set((height - 1) >> 1, middleLabel(high, low, height));
  const margin = Math.max(...[...labels.values()].map((label) => label.length));
  const lines = Array.from({ length: height }, (_, row) => {
    const label = labels.get(row);
    const edge = label === undefined ? axis.line : axis.tick;
    const cells = Array.from({ length: width }, (_, column) => cell(dots, row, column, ascii));
    return `${(label ?? "").padStart(margin)} ${edge}${paint(cells.join("").trimEnd())}`;
  });
  return [...lines, ...floor(options, spanX, " ".repeat(margin + 1))];
}

/** y of the curve at x by linear interpolation, undefined outside of the points. */
function heightAt(points: readonly Point[], x: number): number | undefined {
  const right = points.findIndex((point) => point.x >= x - 1e-9);
  const b = points[right];
  if (!b) return undefined;
  const a = points[right - 1];
  if (!a) return b.x - x < 1e-9 ? b.y : undefined;
  return a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
}

/** The value of the middle row. With an even number of rows it is not quite the mean. */
function middleLabel(high: number, low: number, height: number): string {
  return (high - ((high - low) * ((height - 1) >> 1)) / (height - 1)).toFixed(2);
}

function cell(dots: readonly Uint8Array[], row: number, column: number, ascii: boolean): string {
  if (ascii) return dots[row]![column] ? "*" : " ";
  let bits = 0;
  for (const [r, line] of BRAILLE.entries()) {
    for (const [c, bit] of line.entries()) if (dots[row * 4 + r]![column * 2 + c]) bits |= bit;
  }
  return bits ? String.fromCharCode(0x2800 + bits) : " ";
}

/** The x axis and its numbers. */
function floor(
  { width, from, ticks, ascii }: CurveOptions,
  spanX: number,
  indent: string,
): string[] {
  const line: string[] = Array.from({ length: width }, () => (ascii ? "-" : "─"));
  let numbers = "";
  for (const tick of ticks) {
    const column = Math.round(((tick - from) / spanX) * (width - 1));
    if (column < 0 || column >= width) continue;
    line[column] = ascii ? "+" : "┴";
    const text = String(tick);
    const start = Math.min(column - ((text.length - 1) >> 1), width - text.length);
    if (start > numbers.length || numbers === "") numbers = numbers.padEnd(start) + text;
  }
  return [`${indent}${ascii ? "+" : "└"}${line.join("")}`, `${indent} ${numbers}`];
}

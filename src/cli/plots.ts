/** Pictures as SVG text: axes, and a line for each series over a few places. Colours are classes of the page. */

export interface Series {
  readonly name: string;
  /** One for each place; NaN leaves a gap. */
  readonly values: readonly number[];
  /** Number of its colour. */
  readonly colour: number;
}

/** Where the data of a picture stand: shares of the axes, from 0 to 1, in its units. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  x(share: number): number;
  y(share: number): number;
}

/** A label at a place of an axis, its share of it. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

const MARGIN = { left: 58, right: 30, top: 10, bottom: 40 };
const TICKS = 4;
/** More labels than this are thinned out. */
const MOST_LABELS = 12;

export function frameOf(width = 520, height = 260): Frame {
  return {
    ...{ width, height },
    x: (share) => MARGIN.left + (width - MARGIN.left - MARGIN.right) * share,
    y: (share) => MARGIN.top + (height - MARGIN.top - MARGIN.bottom) * (1 - share),
  };
}

/** Horizontal lines with labels, and labels below. */
export function axes(frame: Frame, across: readonly Tick[], below: readonly Tick[]): string {
  const { width, height } = frame;
  const grid = across.map(({ at, label }) => {
    const y = frame.y(at).toFixed(1);
    const line = `<line x1="${MARGIN.left}" x2="${width - MARGIN.right}" y1="${y}" y2="${y}" class="grid"/>`;
    return `${line}<text x="${MARGIN.left - 6}" y="${y}" dy=".32em" class="end">${label}</text>`;
  });
  const names = below.map(
    ({ at, label }) =>
      `<text x="${frame.x(at).toFixed(1)}" y="${height - MARGIN.bottom + 18}" class="mid">${escaped(label)}</text>`,
  );
  return [...grid, ...names].join("");
}

/** @param drawn SVG */
export function picture(title: string, { width, height }: Frame, drawn: string): string {
  const box = `viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}"`;
  return `<svg ${box}>${drawn}</svg>`;
}

export function lineChart(
  title: string,
  labels: readonly string[],
  series: readonly Series[],
): string {
  const frame = frameOf();
  const values = series.flatMap(({ values }) => values).filter(Number.isFinite);
  const top = niceAbove(Math.max(...values, Number.MIN_VALUE));
  const x = (place: number): number =>
    frame.x(labels.length > 1 ? place / (labels.length - 1) : 0.5);
  const y = (value: number): number => frame.y(value / top);
  const across = Array.from({ length: TICKS + 1 }, (_, i) => ({
    at: i / TICKS,
    label: short((top * i) / TICKS),
  }));
  const every = Math.ceil(labels.length / MOST_LABELS);
  const below = labels.flatMap((label, place) => {
    const at = labels.length > 1 ? place / (labels.length - 1) : 0.5;
    return place % every === 0 ? [{ at, label }] : [];
  });
  const lines = series.map(({ name, values, colour }) => {
    const points = values
      .map((value, place) => ({ value, place, cx: x(place).toFixed(1), cy: y(value).toFixed(1) }))
      .filter(({ value }) => Number.isFinite(value));
    const path = points.map(({ cx, cy }) => `${cx},${cy}`).join(" ");
    const dots = points.map(({ value, place, cx, cy }) => {
      const told = `${name}, ${labels[place]}: ${value.toFixed(4)}`;
      return `<circle cx="${cx}" cy="${cy}" r="3"><title>${escaped(told)}</title></circle>`;
    });
    return `<g class="c${colour}"><polyline points="${path}"/>${dots.join("")}</g>`;
  });
  return picture(title, frame, `${axes(frame, across, below)}${lines.join("")}`);
}

/** The least of 1, 2, 2.5, 4, 5, 8, 10 times a power of ten that is not below a value. */
export function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 2.5, 4, 5, 8, 10].find((step) => step * power >= value)!;
}

/** Three digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Text for HTML: names and labels are the user's. */
export function escaped(text: string): string {
  const codes: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
  return text.replace(/[&<>"]/g, (letter) => `&${codes[letter]};`);
}

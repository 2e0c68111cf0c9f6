/** Line charts as SVG text: a line for each series over a few places. Colours are classes of the page. */

export interface Series {
  readonly name: string;
  /** One for each place; NaN leaves a gap. */
  readonly values: readonly number[];
  /** Number of its colour. */
  readonly colour: number;
}

const [WIDTH, HEIGHT] = [520, 260];
const MARGIN = { left: 58, right: 30, top: 10, bottom: 40 };
const TICKS = 4;
/** More labels than this are thinned out. */
const MOST_LABELS = 12;

export function lineChart(
  title: string,
  labels: readonly string[],
  series: readonly Series[],
): string {
  const values = series.flatMap(({ values }) => values).filter(Number.isFinite);
  const top = niceTop(Math.max(...values, Number.MIN_VALUE));
  const width = WIDTH - MARGIN.left - MARGIN.right;
  const height = HEIGHT - MARGIN.top - MARGIN.bottom;
  const x = (place: number): number =>
    MARGIN.left + (labels.length > 1 ? (width * place) / (labels.length - 1) : width / 2);
  const y = (value: number): number => MARGIN.top + height * (1 - value / top);
  const grid = Array.from({ length: TICKS + 1 }, (_, i) => {
    const value = (top * i) / TICKS;
    const at = y(value).toFixed(1);
    const line = `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at}" y2="${at}" class="grid"/>`;
    return `${line}<text x="${MARGIN.left - 6}" y="${at}" dy=".32em" class="end">${tick(value)}</text>`;
  });
  const every = Math.ceil(labels.length / MOST_LABELS);
  const names = labels.map((label, place) => {
    if (place % every !== 0) return "";
    return `<text x="${x(place).toFixed(1)}" y="${HEIGHT - MARGIN.bottom + 18}" class="mid">${escaped(label)}</text>`;
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
  const box = `viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}"`;
  return `<svg ${box}>${[...grid, ...names, ...lines].join("")}</svg>`;
}

/** The least of 1, 2, 2.5, 4, 5, 8, 10 times a power of ten that is not below a value. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 2.5, 4, 5, 8, 10].find((step) => step * power >= value)!;
}

function tick(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Text for HTML: names and labels are the user's. */
export function escaped(text: string): string {
  const codes: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
  return text.replace(/[&<>"]/g, (letter) => `&${codes[letter]};`);
}

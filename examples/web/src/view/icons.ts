/** The few icons of the page, drawn with the colour of their text. */

import { h, type Node_ } from "./dom.js";

const PATHS = {
  play: '<path d="M4 2.5v11l9-5.5z" fill="currentColor" stroke="none"/>',
  pause: '<path d="M4.5 2.5v11M11.5 2.5v11" stroke-width="2.6"/>',
  file: '<path d="M3.5 1.5h5.6l3.4 3.4v9.6h-9zM9 1.5V5h3.5"/>',
  up: '<path d="M3 2h10M8 14V5M4.5 8.2 8 4.8l3.5 3.4"/>',
  down: '<path d="M3 14h10M8 2v9M4.5 7.8 8 11.2l3.5-3.4"/>',
  search: '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
  cross: '<path d="m4 4 8 8m0-8-8 8"/>',
  more: '<path d="M3 8h.01M8 8h.01M13 8h.01" stroke-width="2.2" stroke-linecap="round"/>',
  check: '<path d="m2.5 8.5 3.5 3.5 7.5-8"/>',
  warn: '<path d="M8 2 1.5 13.500h13zM8 6.500v3.200M8 11.500v.1"/>',
  news: '<circle cx="8" cy="8" r="6.3"/><path d="M8 7.300v4M8 4.700v.2"/>',
  moon: '<path d="M13.3 9.800A5.8 5.8 0 0 1 6.2 2.700a5.8 5.8 0 1 0 7.1 7.100z"/>',
  sun: '<circle cx="8" cy="8" r="2.8"/><path d="M8 1v1.800M8 13.200V15M1 8h1.800M13.2 8H15M3 3l1.3 1.300M11.7 11.7 13 13M13 3l-1.3 1.300M4.3 11.7 3 13"/>',
  plus: '<path d="M8 3v10M3 8h10"/>',
  minus: '<path d="M3 8h10"/>',
  whole: '<path d="M2.5 6V2.500H6M10 2.500h3.500V6M13.5 10v3.500H10M6 13.500H2.500V10"/>',
  copy: '<path d="M5.5 5.500h8v8h-8zM10.5 5V2.500h-8v8H5"/>',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): Node_ {
  return h("svg", {
    class: "icon",
    viewBox: "0 0 16 16",
    "aria-hidden": "true",
    key: name,
    html: PATHS[name],
  });
}

/** The mark: two clicks in ink, and the guess. */
export function mark(): Node_ {
  return h(
    "svg",
    { class: "mark", viewBox: "0 0 34 16", "aria-hidden": "true" },
    h("path", { d: "M4 10.5 15 5.5", class: "ink-line" }),
    h("path", { d: "M15 5.5 28 10", class: "guess-line" }),
    h("circle", { cx: 4, cy: 10.5, r: 3.5, class: "ink-dot" }),
    h("circle", { cx: 15, cy: 5.5, r: 3.5, class: "ink-dot" }),
    h("circle", { cx: 29, cy: 10.5, r: 4.5, class: "guess-dot" }),
  );
}

/** How results are put: medians with their spread, as a table to read or as JSON lines. */

import { type Flags, readFlags } from "./flags.js";

/** Median and quartiles of some measurements. */
export interface Spread {
  readonly median: number;
  readonly p25: number;
  readonly p75: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)]!;
    return below + (place % 1) * (sorted[Math.ceil(place)]! - below);
  };
  return { median: at(0.5), p25: at(0.25), p75: at(0.75), min: at(0), max: at(1) };
}

/** Ours and a peer's, measured in turns; `ratio` > 1 means that ours does more in the same time. */
export interface PeerRow {
  readonly config: string;
  readonly peer: string;
  readonly unit: string;
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  readonly min: number;
  readonly max: number;
  readonly oursThreads: number;
  readonly theirsThreads: number;
  readonly numerics: "fast" | "portable";
}

/** One measurement of ours; figures are in `unit`, anything else beside them. */
export interface Row extends Spread {
  readonly bench: string;
  readonly config: string;
  readonly unit: string;
  readonly numerics: "fast" | "portable";
  readonly [more: string]: unknown;
}

const SPREAD = new Set(["bench", "config", "unit", "numerics", "median", "p25", "p75"]);

export class Report {
  readonly #json: boolean;

  constructor({ json }: Flags = readFlags()) {
    this.#json = json;
  }

  /** A line for people only. */
  title(text: string): void {
    if (!this.#json) console.log(`\n${text}`);
  }

  peer(row: PeerRow): void {
    if (this.#json) {
      this.#line({ type: "peer", ...row, node: engine() });
      return;
    }
    const sides = `ours ${short(row.ours)} (${threadsOf(row.oursThreads)})`;
    const other = `${row.peer} ${short(row.theirs)} (${threadsOf(row.theirsThreads)})`;
    const ratio = `${row.ratio.toFixed(2)}× (${row.min.toFixed(2)} to ${row.max.toFixed(2)})`;
    console.log(`${row.config.padEnd(16)} ${ratio.padEnd(24)} ${sides}, ${other} ${row.unit}`);
  }

  row(row: Row): void {
    if (this.#json) {
      this.#line({ type: "row", ...row, node: engine() });
      return;
    }
    const { config, unit, median, p25, p75 } = row;
    const figures = `${short(median)} ${unit}`.padEnd(20);
    const more = Object.entries(row)
      .filter(([name]) => !SPREAD.has(name) && name !== "min" && name !== "max")
      .map(([name, value]) => `${name} ${typeof value === "number" ? short(value) : value}`);
    const quartiles = `${short(p25)} to ${short(p75)}`.padEnd(20);
    console.log(`${config.padEnd(46)} ${figures} ${quartiles} ${more.join("  ")}`);
  }

  /** A peer that is not installed, and the command that installs it. */
  skipped(peer: string, install: string): void {
    if (this.#json) {
      this.#line({ type: "skipped", peer, install });
      return;
    }
    console.log(`${peer}: skipped, it is not installed. Install it with: ${install}`);
  }

  #line(row: object): void {
    const rounded = Object.entries(row).map(([name, value]) =>
      typeof value === "number" ? [name, Number(value.toPrecision(5))] : [name, value],
    );
    console.log(JSON.stringify(Object.fromEntries(rounded)));
  }
}

/** The version of Node, with the flags that make WebAssembly run otherwise than it does by itself. */
function engine(): string {
  const flags = process.execArgv.filter((flag) => flag.includes("-wasm-"));
  return [process.versions.node, ...flags].join(" ");
}

/** Three digits that matter, thousands with a comma. */
export function short(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return Number(value.toPrecision(3)).toString();
}

function threadsOf(threads: number): string {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}

/** What the charts draw, gathered while a model learns. */

import type { Measured, Series } from "./protocol.js";

/** Points of a line that is as wide as a column. */
const MOST_POINTS = 240;

export class Gathered implements Series {
  readonly loss: [number, number][];
  readonly measured: Measured[];

  constructor({ loss, measured }: Series = { loss: [], measured: [] }) {
    this.loss = loss.map(([pass, value]) => [pass, value]);
    this.measured = [...measured];
  }

  /** Keeps a point when it is far enough from the last one. */
  addLoss(pass: number, loss: number, passes: number): void {
    const last = this.loss.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
    if (pass - last >= passes / MOST_POINTS) this.loss.push([pass, loss]);
  }

  addMeasured(one: Measured): void {
    const before = this.measured.filter(({ pass }) => pass < one.pass);
    const after = this.measured.filter(({ pass }) => pass > one.pass);
    this.measured.splice(0, this.measured.length, ...before, one, ...after);
  }

  /** Drops what a resumed training will draw again. */
  upTo(pass: number): void {
    this.loss.splice(0, this.loss.length, ...this.loss.filter(([at]) => at <= pass));
    this.measured.splice(
      0,
      this.measured.length,
      ...this.measured.filter((one) => one.pass <= pass),
    );
  }

  toJSON(): Series {
    return { loss: this.loss, measured: this.measured };
  }
}

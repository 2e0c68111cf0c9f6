/** Events of a log in memory: ids are numbered as they come. */

import { inPieces, inTurns, pace } from "../../pause.js";
import type { Id } from "../events.js";
import type { Grouped } from "../grouping.js";
import { cutByGap } from "./gaps.js";
import { type Growing, growingFloats, growingNumbers } from "./growing.js";
import { Ids } from "./ids.js";
import { keptEvents, spanOf } from "./kept.js";
import type { NumberedColumns, Rows } from "./rows.js";
import type { EventFacts, EventSink, Understood } from "./sink.js";
import { areDates } from "./time-column.js";

interface Columns extends NumberedColumns {
  readonly groups: Ids;
  readonly items: Ids;
  readonly group: Growing<Int32Array<ArrayBuffer>>;
  readonly item: Growing<Int32Array<ArrayBuffer>>;
  readonly time: Growing<Float64Array<ArrayBuffer>>;
}

export class NumberedEvents implements EventSink {
  readonly #signal: AbortSignal | undefined;
  readonly columns: Columns = {
    groups: new Ids(),
    items: new Ids(),
    group: growingNumbers(),
    item: growingNumbers(),
    time: growingFloats(),
  };
  readonly #order = growingFloats();

  /** @param signal ends the work on what was read */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  add(rows: Rows, row: number, time: number, tie: number | undefined, isKept: boolean): void {
    rows.at(row, 0);
    this.columns.group.push(this.columns.groups.numberAt(rows));
    rows.at(row, 1);
    this.columns.item.push(isKept ? this.columns.items.numberAt(rows) : -1);
    this.columns.time.push(time);
    if (tie !== undefined) this.#order.push(tie);
  }

  /** All events, in their order; the columns are empty afterwards. */
  async finish({
    perSecond,
    gap,
    hasOrder,
  }: Understood): Promise<{ readonly grouped: Grouped; readonly facts: EventFacts }> {
    const signal = this.#signal;
    const times = await this.columns.time.taken();
    if (perSecond > 1) {
      await inPieces(
        times.length,
        (begin, end) => {
          for (let i = begin; i < end; ++i) times[i]! /= perSecond;
        },
        signal,
      );
    }
    const order = hasOrder ? await this.#order.taken() : undefined;
    const sessions = await this.columns.group.taken();
    const all = { sessions, items: await this.columns.item.taken(), times, order };
    let sessionIds: readonly Id[];
    if (gap === "none") sessionIds = await this.columns.groups.idsAs("numbers");
    else {
      const steps = cutByGap(all.sessions, { times, order }, this.columns.groups.size, gap);
      const { sessions, count } = await inTurns(steps, signal);
      all.sessions = sessions;
      const numbers: number[] = [];
      await inPieces(
        count,
        (begin, end) => {
          for (let session = begin; session < end; ++session) numbers.push(session + 1);
        },
        signal,
      );
      sessionIds = numbers;
    }
    await pace(signal);
    const areDays = areDates(times);
    const { events, others, firstOther } = await keptEvents(all, sessionIds, signal);
    await pace(signal);
    const itemIds = await this.columns.items.idsAs("texts");
    const support = new Int32Array(this.columns.items.size);
    await inPieces(
      events.items.length,
      (begin, end) => {
        for (let row = begin; row < end; ++row) support[events.items[row]!]!++;
      },
      signal,
    );
    return {
      grouped: { ...events, itemIds, support },
      facts: { ...(await spanOf(events.times, signal)), areDays, others, firstOther },
    };
  }
}

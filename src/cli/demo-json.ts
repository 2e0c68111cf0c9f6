/** The demo with `--json`: one object a line. */
import type { EpochReport, Evaluation, GRU4Rec, OutdoorShop, Recommendation } from "../index.js";
import type { DemoReport, Visit } from "./demo-report.js";
import type { Io } from "./io.js";
import { createReport, type Report } from "./output.js";
import type { Progress } from "./progress.js";

export class JsonDemo implements DemoReport {
  readonly #io: Io;
  readonly #report: Report;
  #shop: OutdoorShop | undefined;

  constructor(io: Io) {
    this.#io = io;
    this.#report = createReport(io, true);
  }

  start(shop: OutdoorShop, model: GRU4Rec): void {
    this.#shop = shop;
    const { events, length: sessions, items } = shop.train;
    this.#line({ type: "data", role: "train", events, sessions, items: items.size });
    this.#line({
      type: "data",
      role: "test",
      events: shop.test.events,
      sessions: shop.test.length,
      items: shop.test.items.size,
    });
    this.#report.model(model);
  }

  progress(label: string): Progress {
    return this.#report.progress(label);
  }

  step(): void {}

  epoch(epoch: EpochReport): void {
    this.#report.epoch(epoch, epoch.epoch);
  }

  learnt(): void {}

  comparison(measured: ReadonlyMap<string, Evaluation>, cutoff: number): void {
    for (const [model, { recall, mrr, ndcg, events, ties }] of measured) {
      this.#line({
        type: "evaluation",
        model,
        cutoff,
        recall: recall[cutoff],
        mrr: mrr[cutoff],
        ndcg: ndcg[cutoff],
        events,
        ties,
      });
    }
  }

  visit({ sessionId, clicked, next }: Visit, list: readonly Recommendation[], shown: number): void {
    const { name, departmentOf } = this.#shop!;
    const place = list.findIndex(({ itemId }) => itemId === next);
    this.#line({ type: "visit", sessionId, clicked, next, nextRank: place < 0 ? null : place + 1 });
    for (const [i, { itemId, score }] of list.slice(0, shown).entries()) {
      this.#line({
        type: "recommendation",
        sessionId,
        rank: i + 1,
        itemId,
        name: name(itemId),
        department: departmentOf(itemId),
        score,
      });
    }
  }

  saved(path: string, bytes: number): void {
    this.#report.saved(path, bytes);
  }

  end(): void {}

  #line(value: object): void {
    this.#io.stdout.write(`${JSON.stringify(value)}\n`);
  }
}

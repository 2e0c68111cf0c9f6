/** The demo with `--json`: one object a line. */
import type { Evaluation, GRU4Rec, OutdoorShop, Recommendation } from "../index.js";
import type { DemoReport, Visit } from "./demo-report.js";
import { JsonReport } from "./output-json.js";

export class JsonDemo extends JsonReport implements DemoReport {
  #shop: OutdoorShop | undefined;

  start(shop: OutdoorShop, model: GRU4Rec): void {
    this.#shop = shop;
    const { events, length: sessions, items } = shop.train;
    this.line({ type: "data", role: "train", events, sessions, items: items.size });
    this.line({
      type: "data",
      role: "test",
      events: shop.test.events,
      sessions: shop.test.length,
      items: shop.test.items.size,
    });
    this.model(model);
  }

  step(): void {}

  learnt(): void {}

  comparison(measured: ReadonlyMap<string, Evaluation>, cutoff: number): void {
    for (const [model, { recall, mrr, ndcg, events, ties }] of measured) {
      this.line({
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
    this.line({ type: "visit", sessionId, clicked, next, nextRank: place < 0 ? null : place + 1 });
    for (const [i, { itemId, score }] of list.slice(0, shown).entries()) {
      this.line({
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

  end(): void {}
}

/** The chapters of the demo, as text or as JSON. */
import type {
  Evaluation,
  GRU4Rec,
  Id,
  OutdoorShop,
  Recommendation,
  TrainProgress,
} from "../index.js";
import type { Report } from "./report.js";

/** A visit to recommend for, and the click that ended it. */
export interface Visit {
  readonly sessionId: Id;
  readonly clicked: readonly Id[];
  readonly next: Id;
}

/** The report of every command, and the demo's chapters, in this order. */
export interface DemoReport extends Report {
  start(shop: OutdoorShop, model: GRU4Rec): void;
  step(progress: TrainProgress): void;
  /** After the last epoch. */
  learnt(): void;
  /** By name of the rival, the weakest first. */
  comparison(measured: ReadonlyMap<string, Evaluation>, cutoff: number): void;
  /** `list` is what is recommended, of which the first `shown` are printed. */
  visit(visit: Visit, list: readonly Recommendation[], shown: number): void;
  end(): void;
}

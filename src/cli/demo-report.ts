/** The demo's chapters, whichever way they are told. */
import type {
  EpochReport,
  Evaluation,
  GRU4Rec,
  Id,
  OutdoorShop,
  Recommendation,
  TrainProgress,
} from "../index.js";
import type { Progress } from "./progress.js";

/** A visit to recommend for, and the click that ended it. */
export interface Visit {
  readonly sessionId: Id;
  readonly clicked: readonly Id[];
  readonly next: Id;
}

/** The demo's chapters, in this order. */
export interface DemoReport {
  start(shop: OutdoorShop, model: GRU4Rec): void;
  progress(label: string): Progress;
  step(progress: TrainProgress): void;
  epoch(epoch: EpochReport): void;
  learnt(epochs: readonly EpochReport[]): void;
  /** By name of the rival, the weakest first. */
  comparison(measured: ReadonlyMap<string, Evaluation>, cutoff: number): void;
  /** `list` is what is recommended, of which the first `shown` are printed. */
  visit(visit: Visit, list: readonly Recommendation[], shown: number): void;
  saved(path: string, bytes: number): void;
  end(): void;
}

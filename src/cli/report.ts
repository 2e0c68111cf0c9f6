/** What the commands report, whatever form it takes. */
import type {
  CheckpointPlace,
  EpochReport,
  Evaluation,
  Id,
  ReadReport,
  Recommendation,
} from "../index.js";
import type { Models } from "../node.js";
import type { Progress } from "./progress.js";

/** A click log as it was read. */
export interface DataReport {
  readonly role: "train" | "test" | "validation" | "train-full";
  readonly path: string;
  readonly events: number;
  readonly sessions: number;
  readonly items: number;
  /** Events in the whole file, where filters or a split left only some of them. */
  readonly fileEvents?: number;
  /** Test and validation only: events dropped because the model does not know their item. */
  readonly unknownEvents?: number;
  /** Ratings only: users with too few of them, and ratings that are too low. */
  readonly skippedUsers?: number;
  readonly droppedRatings?: number;
  /** How the file was read; absent for the held-out part of one that was reported already. */
  readonly report?: ReadReport | undefined;
}

/** An evaluation of sessions, or of examples that belong to none. */
export type ReportedEvaluation = Omit<Evaluation, "sessions" | "unknownEvents"> & {
  readonly sessions?: number;
};

/** Whatever a file of this program holds. */
export type AnyModel = Models["any"];

/** An item with its title; recommended ones have a score. */
export interface TitledItem {
  readonly itemId: Id;
  readonly title: string;
  readonly score?: number;
}

export interface Report {
  data(data: DataReport): void;
  /** @param trainingBytes memory that training is about to take */
  model(model: AnyModel, trainingBytes?: number): void;
  /** Where training goes on from. */
  resumed(path: string, at: CheckpointPlace): void;
  epoch(report: EpochReport, epochs: number): void;
  /** The epoch whose model was kept, of those that a validation measured. */
  best(epoch: number): void;
  /** Every checkpoint that was written. */
  checkpoint(path: string, at: CheckpointPlace & { readonly bytes: number }): void;
  evaluation(evaluation: ReportedEvaluation): void;
  saved(path: string, bytes: number): void;
  recommendations(list: readonly Recommendation[]): void;
  /** What somebody chose, oldest first, and what is recommended after it. */
  titles(chosen: readonly TitledItem[], recommended: readonly TitledItem[]): void;
  /** One sentence for people, on standard error in both forms. */
  note(text: string): void;
  /** A bar for work of many events; at most one at a time. */
  progress(label: string): Progress;
}

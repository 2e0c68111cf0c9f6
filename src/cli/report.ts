/** The reports of all commands, in text or JSON. */
import type {
  CheckpointPlace,
  ComparedModel,
  EpochReport,
  Evaluation,
  Explanation,
  Id,
  Inspection,
  LeftOutEvents,
  ReadReport,
  Recommendation,
  RecordReport,
  TrainingRecord,
} from "../index.js";
import type { FileKind, Models } from "../node.js";
import type { ComparedRow, PartFacts } from "./compare-table.js";
import type { Progress } from "./progress.js";

/** A click log as it was read. */
export interface DataReport {
  readonly role: "train" | "test" | "validation" | "train-full" | "log";
  readonly path: string;
  readonly events: number;
  readonly sessions: number;
  readonly items: number;
  /** Events in the whole file, where filters or a split left only some of them. */
  readonly fileEvents?: number;
  /** Test and validation only: events of items that the model does not know, those items, what they become. */
  readonly unknownEvents?: number;
  readonly unknownItems?: readonly Id[];
  readonly unknown?: "drop" | "miss";
  /** What filters and the split left out; the database of `prepare` does not count whole sessions. */
  readonly leftOut?: readonly (Omit<LeftOutEvents, "sessions"> & { readonly sessions?: number })[];
  /** Ratings only: users with too few of them, and ratings that are too low. */
  readonly skippedUsers?: number;
  readonly droppedRatings?: number;
  /** How the file was read; absent for the held-out part of one that was reported already. */
  readonly report?: ReadReport | undefined;
}

/** An evaluation of sessions, or of examples that belong to none. */
export type ReportedEvaluation = Omit<Evaluation, "sessions" | "unknownEvents" | "unknownItems"> & {
  readonly sessions?: number;
};

/** The contents of a file of this program. */
export type AnyModel = Models["any"];

/** An item with its title; recommended ones have a score. */
export interface TitledItem {
  readonly itemId: Id;
  readonly title: string;
  readonly score?: number;
}

/** What a file of this program holds beside its weights. */
export interface StoredFacts {
  readonly path: string;
  readonly kind: FileKind;
  readonly bytes: number;
  readonly items: number;
  readonly options: object;
  /** Models only; undefined where it was not trained. */
  readonly training?: TrainingRecord | undefined;
  /** Checkpoints only: where the training stands, and its options. */
  readonly place?: CheckpointPlace;
  readonly learning?: object;
  readonly library?: string;
}

/** How a catalogue grew. */
export interface GrowthFacts {
  readonly knownItems: number;
  readonly newItems: number;
  readonly droppedItems: number;
  readonly droppedEvents: number;
}

/** What `recommend --visits` wrote. */
export interface ListFacts {
  readonly visits: number;
  readonly unanswered: number;
  readonly unknownEvents: number;
  readonly rows: number;
  readonly seconds: number;
}

export interface Report {
  data(data: DataReport): void;
  /** @param known how many of the records are of items of the catalogue; the others are left out */
  records(path: string, report: RecordReport, known: number): void;
  /** @param trainingBytes memory that training is about to take */
  model(model: AnyModel, trainingBytes?: number): void;
  /** How the catalogue of an updated model grew. */
  grown(facts: GrowthFacts): void;
  /** The place that training resumes from. */
  resumed(path: string, at: CheckpointPlace): void;
  epoch(report: EpochReport, epochs: number): void;
  /** The best epoch by the validation, whose model was kept. */
  best(epoch: number): void;
  /** Every checkpoint that was written. */
  checkpoint(path: string, at: CheckpointPlace & { readonly bytes: number }): void;
  evaluation(evaluation: ReportedEvaluation): void;
  /** A model of a comparison, as soon as it is measured. */
  compared(model: ComparedModel): void;
  /** The table of a comparison, or of the part of it that was done when it ended early. */
  comparedTable(rows: readonly ComparedRow[], part?: PartFacts): void;
  saved(path: string, bytes: number): void;
  recommendations(list: readonly Recommendation[]): void;
  /** What a list would be without each click. */
  explanation(found: Explanation): void;
  /** Lists of many visits that were written. */
  lists(facts: ListFacts): void;
  /** Items that a user chose, oldest first, and the list that is recommended after them. */
  titles(chosen: readonly TitledItem[], recommended: readonly TitledItem[]): void;
  /** What a log is like. */
  inspection(found: Inspection): void;
  /** What a file holds. */
  stored(facts: StoredFacts): void;
  /** One sentence for people, on standard error in both forms. */
  note(text: string): void;
  /** A bar for work of many events; at most one at a time. */
  progress(label: string): Progress;
}

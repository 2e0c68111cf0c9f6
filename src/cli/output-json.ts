/** Reports as JSON, one object a line, for other programs. */
import {
  Baseline,
  type CheckpointPlace,
  type ComparedModel,
  type EpochReport,
  type Explanation,
  type Inspection,
  type Recommendation,
  type RecordReport,
} from "../index.js";
import type { ComparedRow, PartFacts } from "./compare-table.js";
import { cutoffsOf } from "./format.js";
import { type Io, isTerminal } from "./io.js";
import { kindOf } from "./model-words.js";
import { createProgress, NO_PROGRESS, type Progress } from "./progress.js";
import type {
  AnyModel,
  DataReport,
  GrowthFacts,
  ListFacts,
  Report,
  ReportedEvaluation,
  StoredFacts,
  TitledItem,
} from "./report.js";

/** Unknown items that a line names. */
const MOST_NAMED = 20;

export class JsonReport implements Report {
  readonly #io: Io;
  #progress: Progress = NO_PROGRESS;

  constructor(io: Io) {
    this.#io = io;
  }

  /**
   * Counts of the file come after the counts of what was kept, under the same names. `leftOut` counts rows that
   * were dropped while reading, `filtered` events that filters and splits took.
   */
  data({ report, unknown, unknownItems = [], leftOut = [], ...data }: DataReport): void {
    const named = unknownItems.slice(0, MOST_NAMED);
    this.line({
      ...{ type: "data", ...report, ...data },
      ...(named.length > 0 && { unknown, unknownItems: named, unknownCount: unknownItems.length }),
      ...(leftOut.length > 0 && { filtered: leftOut }),
    });
  }

  records(path: string, report: RecordReport, known: number): void {
    this.line({ type: "records", path, ...report, known });
  }

  model(model: AnyModel, trainingBytes?: number): void {
    const { items, options } = model;
    if (model instanceof Baseline) {
      const { kind: baseline, bytes } = model;
      this.line({ type: "model", kind: "baseline", baseline, items: items.size, bytes, options });
      return;
    }
    this.line({
      type: "model",
      kind: kindOf(model),
      items: items.size,
      ...("candidates" in model
        ? { candidates: model.candidates.size }
        : { parameters: model.parameterCount }),
      ...(trainingBytes && { trainingBytes }),
      options,
    });
  }

  grown(facts: GrowthFacts): void {
    this.line({ type: "catalogue", ...facts });
  }

  resumed(path: string, { epochs, step }: CheckpointPlace): void {
    this.line({ type: "resumed", path, epochs, step });
  }

  best(epoch: number): void {
    this.line({ type: "best", epoch });
  }

  checkpoint(path: string, at: CheckpointPlace & { readonly bytes: number }): void {
    const { epochs, step, bytes } = at;
    this.line({ type: "checkpoint", path, epochs, step, bytes });
  }

  epoch({ epoch, loss, events, seconds, eventsPerSecond, phases, validation }: EpochReport): void {
    this.line({
      type: "epoch",
      epoch,
      loss,
      events,
      seconds: rounded(seconds, 3),
      eventsPerSecond: Math.round(eventsPerSecond),
      ...(phases && { phases }),
      ...(validation && {
        monitor: validation.monitor,
        value: validation.value,
        isBest: validation.isBest,
      }),
    });
  }

  compared({
    name: model,
    options,
    trainSeconds,
    requestsPerSecond,
    bytes,
    evaluation,
    failure,
  }: ComparedModel): void {
    if (!evaluation) {
      this.line({ type: "failed", model, options, message: failure?.message });
      return;
    }
    const costs = {
      ...(trainSeconds !== undefined && { trainSeconds: rounded(trainSeconds, 3) }),
      ...(requestsPerSecond !== undefined && { requestsPerSecond: Math.round(requestsPerSecond) }),
      ...(bytes !== undefined && { bytes }),
    };
    this.line({ type: "compared", model, options, ...costs });
    this.evaluation(evaluation, { model });
  }

  comparedTable(rows: readonly ComparedRow[], part?: PartFacts): void {
    for (const { model, intervals } of rows) {
      for (const [measure, byCutoff] of Object.entries(intervals)) {
        for (const [cutoff, interval] of Object.entries(byCutoff)) {
          const of = { model: model.name, measure, cutoff: Number(cutoff) };
          this.line({ type: "interval", ...of, ...interval });
        }
      }
    }
    if (part) this.line({ type: "stopped", models: part.finished, left: part.left });
  }

  evaluation(evaluation: ReportedEvaluation, of: { readonly model?: string } = {}): void {
    const { recall, mrr, ndcg, coverage, popularity, events, ties } = evaluation;
    const { lastOnly, excludeSeen, unknown, missedEvents } = evaluation;
    for (const cutoff of cutoffsOf(recall)) {
      this.line({
        type: "evaluation",
        ...of,
        cutoff,
        recall: recall[cutoff],
        mrr: mrr[cutoff],
        ndcg: ndcg[cutoff],
        ...(coverage && { coverage: coverage[cutoff] }),
        ...(popularity && { popularity: popularity[cutoff] }),
        events,
        ties,
        ...(lastOnly && { lastOnly }),
        ...(excludeSeen && { excludeSeen }),
        ...(unknown === "miss" && { unknown, missedEvents }),
      });
    }
  }

  saved(path: string, bytes: number): void {
    this.line({ type: "saved", path, bytes });
  }

  recommendations(list: readonly Recommendation[]): void {
    list.forEach(({ itemId, score }, i) => {
      this.line({ type: "recommendation", rank: i + 1, itemId, score });
    });
  }

  explanation({ clicks, items, mattersMost }: Explanation): void {
    clicks.forEach((click, c) => {
      this.line({ type: "click", place: c + 1, ...click, mattersMost: c === mattersMost });
    });
    items.forEach((item, i) => {
      this.line({ type: "explained", rank: i + 1, ...item });
    });
  }

  lists(facts: ListFacts): void {
    this.line({ type: "recommendations", ...facts });
  }

  titles(chosen: readonly TitledItem[], recommended: readonly TitledItem[]): void {
    this.line({ type: "chosen", items: chosen });
    recommended.forEach((item, i) => {
      this.line({ type: "recommendation", rank: i + 1, ...item });
    });
  }

  inspection(found: Inspection): void {
    this.line({ type: "inspection", ...found });
  }

  stored(facts: StoredFacts): void {
    this.line({ type: "file", ...facts });
  }

  note(text: string): void {
    this.#progress.clear();
    this.#io.stderr.write(`${text}\n`);
  }

  /** Shows a bar only if standard error is a terminal and standard output is not. */
  progress(label: string): Progress {
    const { stderr, stdout, env } = this.#io;
    const shown = isTerminal(stderr, env) && stdout.isTTY !== true;
    this.#progress = shown ? createProgress(stderr, label, { env }) : NO_PROGRESS;
    return this.#progress;
  }

  protected line(value: object): void {
    const text = JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v));
    this.#io.stdout.write(`${text}\n`);
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

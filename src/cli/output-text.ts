/** Reports as text for people. */
import type {
  CheckpointPlace,
  ComparedModel,
  EpochReport,
  Explanation,
  Inspection,
  ReadReport,
  Recommendation,
  RecordReport,
} from "../index.js";
import { type ComparedRow, comparedLine, type PartFacts, tableLines } from "./compare-table.js";
import { explanationLines } from "./explain-text.js";
import { inFlags } from "./flags.js";
import {
  cutoffsOf,
  formatBytes,
  formatCount,
  formatCounted,
  formatSeconds,
  formatTable,
} from "./format.js";
import { inspectionLines, storedLines } from "./inspect-text.js";
import { type Ink, type Io, inkFor } from "./io.js";
import { shapeOf, sizeOf } from "./model-words.js";
import { createProgress, NO_PROGRESS, type Progress } from "./progress.js";
import { readingLines } from "./reading-text.js";
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
const MOST_NAMED = 5;

export class TextReport implements Report {
  protected readonly io: Io;
  protected readonly ink: Ink;
  /** The columns reported last: a test file mostly has the same. */
  #columns = "";
  #progress: Progress = NO_PROGRESS;

  constructor(io: Io) {
    this.io = io;
    this.ink = inkFor(io.stdout, io.env);
  }

  data({ role, path, events, sessions, items, ...more }: DataReport): void {
    const { fileEvents, unknownEvents, unknownItems = [], unknown, leftOut = [], report } = more;
    const { bold, dim } = this.ink;
    const counts = `${formatCounted(events, "event")} in ${formatCounted(sessions, "session")}`;
    this.line(`${bold(role.padEnd(5))}  ${path}`);
    this.line(`  ${counts}, ${formatCounted(items, "item")}`);
    if (fileEvents) this.line(dim(`  out of: ${formatCounted(fileEvents, "event")} in the file`));
    for (const { reason, events, sessions = 0 } of leftOut) {
      const whole = sessions > 0 ? `, ${formatCounted(sessions, "session")} whole` : "";
      this.line(dim(`  left out: ${formatCounted(events, "event")}, ${reason}${whole}`));
    }
    if (unknownEvents) {
      const named = unknownItems.slice(0, MOST_NAMED).map((id) => String(id).slice(0, 40));
      const more = unknownItems.length > MOST_NAMED ? ", …" : "";
      const items = `${formatCounted(unknownItems.length, "unknown item")} (${named.join(", ")}${more})`;
      const fate = unknown === "miss" ? "missed where asked for" : "dropped";
      this.line(dim(`  ${fate}: ${formatCounted(unknownEvents, "event")} of ${items}`));
    }
    if (report) this.#reading(report);
  }

  /** How the file was read. Facts that equal those of the file before are not repeated. */
  #reading(report: ReadReport | RecordReport): void {
    const { dim } = this.ink;
    const lines = readingLines(report);
    const text = lines.join("\n");
    if (text === this.#columns) return;
    this.#columns = text;
    for (const line of lines) this.line(dim(`  ${line}`));
    for (const note of report.notes) this.note(`  ${inFlags(new Error(note))}`);
  }

  records(path: string, report: RecordReport, known: number): void {
    const others = report.records - known;
    const rest = others > 0 ? `, ${formatCounted(others, "other")} left out` : "";
    this.line(`${this.ink.bold("records")}  ${path}`);
    this.line(`  ${formatCounted(known, "item")} of the catalogue${rest}`);
    this.#reading(report);
  }

  model(model: AnyModel, trainingBytes?: number): void {
    const memory = trainingBytes ? `, ${formatBytes(trainingBytes)} while training` : "";
    this.line(`${this.ink.bold("model")}  ${shapeOf(model)}`);
    this.line(`  ${sizeOf(model)}${memory}`);
  }

  grown({ knownItems, newItems, droppedItems, droppedEvents }: GrowthFacts): void {
    const dropped = droppedItems > 0 ? `, ${formatCounted(droppedItems, "item")} dropped` : "";
    const lost = droppedEvents > 0 ? ` with ${formatCounted(droppedEvents, "event")}` : "";
    const known = `${formatCounted(knownItems, "item")} known`;
    this.line(`${this.ink.bold("items")}  ${known}, ${formatCount(newItems)} new${dropped}${lost}`);
  }

  resumed(path: string, { epochs, step }: CheckpointPlace): void {
    const place = step > 0 ? `in epoch ${epochs + 1}, after step ${step}` : `after epoch ${epochs}`;
    this.line(`${this.ink.bold("resumed")}  ${place}, from ${path}`);
  }

  best(epoch: number): void {
    this.line(`kept the model of epoch ${epoch}, the best on the validation`);
  }

  /** Prints nothing: checkpoints are frequent. */
  checkpoint(): void {}

  epoch(report: EpochReport, epochs: number): void {
    const { epoch, loss, seconds, eventsPerSecond, validation, phases } = report;
    const place = `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;
    const speed = `${formatCount(eventsPerSecond)} events/s  ${formatSeconds(seconds)}`;
    if (epoch === 1) this.line("");
    const mark = validation?.isBest ? this.ink.green("best") : "    ";
    const value = validation
      ? `${validation.monitor} ${validation.value.toFixed(4)} ${mark}  `
      : "";
    const bold = this.ink.bold(`loss ${loss.toFixed(4)}`);
    this.line(`${place}  ${bold}  ${value}${this.ink.dim(speed)}`);
    const shares = Object.entries(phases ?? {}).map(
      ([phase, part]) => `${phase} ${((100 * part) / seconds).toFixed(1)} %`,
    );
    if (shares.length > 0) this.line(this.ink.dim(`  ${shares.join(", ")}`));
  }

  evaluation(evaluation: ReportedEvaluation): void {
    const { recall, mrr, ndcg, coverage, popularity, events, sessions, ties } = evaluation;
    const { lastOnly, excludeSeen, missedEvents } = evaluation;
    const { bold, dim } = this.ink;
    const columns = [
      { title: "Recall", values: recall },
      { title: "MRR", values: mrr },
      { title: "NDCG", values: ndcg },
      ...(coverage ? [{ title: "coverage", values: coverage }] : []),
      ...(popularity ? [{ title: "popularity", values: popularity }] : []),
    ];
    const [head = "", ...rows] = formatTable([
      ["", ...columns.map(({ title }) => title)],
      ...cutoffsOf(recall).map((cutoff) => [
        `@${cutoff}`,
        ...columns.map(({ values }) => (values[cutoff] ?? Number.NaN).toFixed(4)),
      ]),
    ]);
    this.line("");
    this.line(bold(head));
    for (const row of rows) this.line(row);
    const of = sessions === undefined ? "" : ` of ${formatCounted(sessions, "session")}`;
    const chosen = [
      ...(lastOnly ? ["the last of each"] : []),
      ...(excludeSeen ? ["without what was seen"] : []),
      ...(missedEvents > 0 ? [`${formatCount(missedEvents)} missed as unknown`] : []),
    ];
    const counts = [`${formatCounted(events, "event")}${of}`, ...chosen].join(", ");
    const speed = `${formatCount(evaluation.eventsPerSecond)} events/s`;
    this.line(dim(`${counts}, ties ${ties}, ${speed}`));
  }

  explanation(found: Explanation): void {
    for (const line of explanationLines(found, this.ink)) this.line(line);
  }

  lists({ visits, unanswered, unknownEvents, rows, seconds }: ListFacts): void {
    const rate = `${formatCount(visits / Math.max(seconds, 1e-6))} visits/s`;
    this.line(
      `${formatCounted(rows, "recommendation")} for ${formatCounted(visits, "visit")}, ${rate}`,
    );
    if (unknownEvents > 0)
      this.line(`  skipped: ${formatCounted(unknownEvents, "event")} of unknown items`);
    if (unanswered > 0) this.line(`  without a list: ${formatCounted(unanswered, "visit")}`);
  }

  titles(chosen: readonly TitledItem[], recommended: readonly TitledItem[]): void {
    const { bold, dim } = this.ink;
    this.line("");
    this.line(dim(`after ${chosen.map(({ title }) => title).join(" · ")}`));
    for (const { title, score = Number.NaN } of recommended) {
      this.line(`  ${bold(title)}  ${dim(score.toFixed(2))}`);
    }
  }

  compared(model: ComparedModel): void {
    this.line(comparedLine(model));
  }

  comparedTable(rows: readonly ComparedRow[], part?: PartFacts): void {
    for (const line of tableLines(rows, part, this.ink)) this.line(line);
  }

  saved(path: string, bytes: number): void {
    this.line(`${this.ink.green("saved")} ${path}, ${formatBytes(bytes)}`);
  }

  recommendations(list: readonly Recommendation[]): void {
    if (list.length === 0) return;
    const places = list.map(({ itemId, score }, i) => ({
      rank: String(i + 1).padStart(String(list.length).length),
      item: String(itemId),
      score: score.toFixed(4),
    }));
    const width = Math.max("item".length, ...places.map(({ item }) => item.length));
    const margin = " ".repeat(String(list.length).length);
    this.line(this.ink.bold(`${margin}  ${"item".padEnd(width)}  score`));
    for (const { rank, item, score } of places) {
      this.line(`${this.ink.dim(rank)}  ${item.padEnd(width)}  ${score}`);
    }
  }

  inspection(found: Inspection): void {
    const { bars, lines } = inspectionLines(found);
    const [head = "", ...rows] = bars;
    this.line("");
    this.line(this.ink.bold(head));
    for (const row of rows) this.line(row);
    this.line("");
    for (const line of lines) this.line(line);
  }

  stored(facts: StoredFacts): void {
    if (facts.kind === "checkpoint") this.line(`${this.ink.bold("checkpoint")}  ${facts.path}`);
    for (const line of storedLines(facts)) this.line(`  ${line}`);
  }

  note(text: string): void {
    this.#progress.clear();
    this.io.stderr.write(`${text}\n`);
  }

  progress(label: string): Progress {
    this.#progress = createProgress(this.io.stderr, label, { env: this.io.env });
    return this.#progress;
  }

  protected line(text: string): void {
    this.#progress.clear();
    this.io.stdout.write(`${text}\n`);
  }
}

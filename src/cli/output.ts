/**
 * What the commands report, in both forms: text for people, or with `--json` one object a line.
 *
 * Results go to standard output, notes and the progress bar to standard error.
 */
import type { EpochReport, Evaluation, GRU4Rec, Recommendation } from "../index.js";
import { formatBytes, formatCount, formatCounted, formatSeconds, formatTable } from "./format.js";
import { type Ink, type Io, inkFor, isTerminal } from "./io.js";
import { createProgress, NO_PROGRESS, type Progress } from "./progress.js";

/** A click log as it was read. */
export interface DataReport {
  readonly role: "train" | "test";
  readonly path: string;
  readonly events: number;
  readonly sessions: number;
  readonly items: number;
  /** Events in the whole file, where filters or a split left only some of them. */
  readonly fileEvents?: number;
  /** Test data only: events dropped because the model does not know their item. */
  readonly unknownEvents?: number;
  /** Absent for the held-out part of a file that was reported already. */
  readonly columns?: { readonly session: string; readonly item: string; readonly time: string };
  /** Whether any of the columns was guessed. */
  readonly guessed?: boolean;
}

export interface Report {
  data(data: DataReport): void;
  model(model: GRU4Rec): void;
  epoch(report: EpochReport, epochs: number): void;
  evaluation(evaluation: Evaluation): void;
  saved(path: string, bytes: number): void;
  recommendations(list: readonly Recommendation[]): void;
  /** One sentence for people, on standard error in both forms. */
  note(text: string): void;
  /** A bar for work of many events; at most one at a time. */
  progress(label: string): Progress;
}

export function createReport(io: Io, json: boolean): Report {
  return json ? new JsonReport(io) : new TextReport(io);
}

class JsonReport implements Report {
  readonly #io: Io;
  #progress: Progress = NO_PROGRESS;

  constructor(io: Io) {
    this.#io = io;
  }

  data({ columns, guessed, ...data }: DataReport): void {
    this.#line({ type: "data", ...data, ...(columns && { columns, guessed }) });
  }

  model({ options, parameterCount, items }: GRU4Rec): void {
    this.#line({ type: "model", items: items.size, parameters: parameterCount, options });
  }

  epoch({ epoch, loss, events, seconds, eventsPerSecond }: EpochReport): void {
    this.#line({
      type: "epoch",
      epoch,
      loss,
      events,
      seconds: rounded(seconds, 3),
      eventsPerSecond: Math.round(eventsPerSecond),
    });
  }

  evaluation(evaluation: Evaluation): void {
    const { recall, mrr, ndcg, coverage, popularity, events, ties } = evaluation;
    for (const cutoff of cutoffsOf(evaluation)) {
      this.#line({
        type: "evaluation",
        cutoff,
        recall: recall[cutoff],
        mrr: mrr[cutoff],
        ndcg: ndcg[cutoff],
        ...(coverage && { coverage: coverage[cutoff] }),
        ...(popularity && { popularity: popularity[cutoff] }),
        events,
        ties,
      });
    }
  }

  saved(path: string, bytes: number): void {
    this.#line({ type: "saved", path, bytes });
  }

  recommendations(list: readonly Recommendation[]): void {
    list.forEach(({ itemId, score }, i) => {
      this.#line({ type: "recommendation", rank: i + 1, itemId, score });
    });
  }

  note(text: string): void {
    this.#progress.clear();
    this.#io.stderr.write(`${text}\n`);
  }

  /** A bar only where it is seen and does not cross the lines: errors on a terminal, output elsewhere. */
  progress(label: string): Progress {
    const { stderr, stdout, env } = this.#io;
    const shown = isTerminal(stderr, env) && stdout.isTTY !== true;
    this.#progress = shown ? createProgress(stderr, label, { env }) : NO_PROGRESS;
    return this.#progress;
  }

  #line(value: object): void {
    const text = JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v));
    this.#io.stdout.write(`${text}\n`);
  }
}

class TextReport implements Report {
  readonly #io: Io;
  readonly #ink: Ink;
  /** The columns told last: a test file mostly has the same. */
  #columns = "";
  #progress: Progress = NO_PROGRESS;

  constructor(io: Io) {
    this.#io = io;
    this.#ink = inkFor(io.stdout, io.env);
  }

  data({ role, path, events, sessions, items, ...more }: DataReport): void {
    const { fileEvents, unknownEvents, columns, guessed } = more;
    const { bold, dim } = this.#ink;
    const counts = `${formatCounted(events, "event")} in ${formatCounted(sessions, "session")}`;
    this.#line(`${bold(role.padEnd(5))}  ${path}`);
    this.#line(`  ${counts}, ${formatCounted(items, "item")}`);
    if (fileEvents) this.#line(dim(`  out of: ${formatCounted(fileEvents, "event")} in the file`));
    if (unknownEvents) {
      this.#line(dim(`  dropped: ${formatCounted(unknownEvents, "event")} of unknown items`));
    }
    if (columns) {
      const names = `${columns.session}, ${columns.item}, ${columns.time}`;
      if (names === this.#columns) return;
      this.#columns = names;
      const how = guessed ? "guessed; --item-column to change" : "as given";
      this.#line(dim(`  columns: ${names} (${how})`));
    }
  }

  model({ options, parameterCount, items }: GRU4Rec): void {
    const { layers, cell, embedding, loss } = options;
    const shape = `${cell} ${layers.join("-")}, ${embedding} embedding, ${loss}`;
    const size = `${formatCounted(items.size, "item")}, ${formatCount(parameterCount)} parameters`;
    this.#line(`${this.#ink.bold("model")}  ${shape}`);
    this.#line(`  ${size}`);
  }

  epoch({ epoch, loss, seconds, eventsPerSecond }: EpochReport, epochs: number): void {
    const place = `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;
    const speed = `${formatCount(eventsPerSecond)} events/s  ${formatSeconds(seconds)}`;
    if (epoch === 1) this.#line("");
    this.#line(`${place}  ${this.#ink.bold(`loss ${loss.toFixed(4)}`)}  ${this.#ink.dim(speed)}`);
  }

  evaluation(evaluation: Evaluation): void {
    const { recall, mrr, ndcg, coverage, popularity, events, sessions, ties } = evaluation;
    const { bold, dim } = this.#ink;
    const columns = [
      { title: "Recall", values: recall },
      { title: "MRR", values: mrr },
      { title: "NDCG", values: ndcg },
      ...(coverage ? [{ title: "coverage", values: coverage }] : []),
      ...(popularity ? [{ title: "popularity", values: popularity }] : []),
    ];
    const [head = "", ...rows] = formatTable([
      ["", ...columns.map(({ title }) => title)],
      ...cutoffsOf(evaluation).map((cutoff) => [
        `@${cutoff}`,
        ...columns.map(({ values }) => (values[cutoff] ?? Number.NaN).toFixed(4)),
      ]),
    ]);
    this.#line("");
    this.#line(bold(head));
    for (const row of rows) this.#line(row);
    const counts = `${formatCounted(events, "event")} of ${formatCounted(sessions, "session")}`;
    const speed = `${formatCount(evaluation.eventsPerSecond)} events/s`;
    this.#line(dim(`${counts}, ties ${ties}, ${speed}`));
  }

  saved(path: string, bytes: number): void {
    this.#line(`${this.#ink.green("saved")} ${path}, ${formatBytes(bytes)}`);
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
    this.#line(this.#ink.bold(`${margin}  ${"item".padEnd(width)}  score`));
    for (const { rank, item, score } of places) {
      this.#line(`${this.#ink.dim(rank)}  ${item.padEnd(width)}  ${score}`);
    }
  }

  note(text: string): void {
    this.#progress.clear();
    this.#io.stderr.write(`${text}\n`);
  }

  progress(label: string): Progress {
    this.#progress = createProgress(this.#io.stderr, label, { env: this.#io.env });
    return this.#progress;
  }

  #line(text: string): void {
    this.#progress.clear();
    this.#io.stdout.write(`${text}\n`);
  }
}

/** Ascending: object keys that are integers come in this order anyway. */
function cutoffsOf({ recall }: Evaluation): number[] {
  return Object.keys(recall).map(Number);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

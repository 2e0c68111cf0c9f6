/** The demo for people: text, drawings and a table, as wide as the terminal. */
import type {
  EpochReport,
  Evaluation,
  GRU4Rec,
  Id,
  OutdoorShop,
  Recommendation,
  TrainProgress,
} from "../index.js";
import { bar, curve, type Point } from "./chart.js";
import type { DemoReport, Visit } from "./demo-report.js";
import { formatCount, formatSeconds } from "./format.js";
import { type Io, isTerminal } from "./io.js";
import { TextReport } from "./output-text.js";

/** The curve has at most so many points an epoch. */
const POINTS_AN_EPOCH = 40;

export class TextDemo extends TextReport implements DemoReport {
  /** Drawings in ASCII: the output is a file or a pipe. */
  readonly #ascii: boolean;
  readonly #width: number;
  readonly #started: number = performance.now();
  /** x in epochs done, y the mean loss since the point before. */
  readonly #curve: Point[] = [];
  #epochSoFar: { epoch: number; events: number; loss: number } = { epoch: 0, events: 0, loss: 0 };
  readonly #epochs: EpochReport[] = [];
  #shop: OutdoorShop | undefined;

  constructor(io: Io) {
    super(io);
    this.#ascii = !isTerminal(io.stdout, io.env);
    this.#width = Math.min(100, Math.max(60, io.stdout.columns ?? 80));
  }

  start(shop: OutdoorShop, model: GRU4Rec): void {
    this.#shop = shop;
    const { train, test } = shop;
    const { dim } = this.ink;
    const count = formatCount;
    this.line("");
    this.#paragraph(
      `GRU4Rec, a recurrent network of ${count(model.parameterCount)} weights, learns from the clicks in an ` +
        "outdoor shop what a visitor looks at next. The shop is invented, with all its visitors: so " +
        "the best possible result is known.",
    );
    this.line("");
    this.#paragraph(
      `${count(train.items.size)} products. ${count(train.length)} visits with ` +
        `${count(train.events)} clicks to learn from, ${count(test.length)} later ones to be tested on.`,
      dim,
    );
    this.line("");
  }

  step({ epoch, events, totalEvents, loss }: TrainProgress): void {
    const before = this.#epochSoFar.epoch === epoch ? this.#epochSoFar : { events: 0, loss: 0 };
    const isLast = events === totalEvents;
    // A mean over few events is noise: wait for more events.
    const isEnough = events - before.events >= totalEvents / POINTS_AN_EPOCH;
    if (!isEnough && !isLast) return;
    const sum = loss * events - before.loss * before.events;
    const latest = this.#curve.at(-1)?.y;
    const y = isEnough || latest === undefined ? sum / (events - before.events) : latest;
    this.#curve.push({ x: epoch - 1 + events / totalEvents, y });
    this.#epochSoFar = { epoch, events, loss };
  }

  /** Draws the epochs as one curve, after the last. */
  override epoch(report: EpochReport): void {
    this.#epochs.push(report);
  }

  learnt(): void {
    const epochs = this.#epochs;
    const { bold, dim, cyan } = this.ink;
    const last = epochs[epochs.length - 1];
    if (!last) return;
    const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
    const events = epochs.reduce((sum, epoch) => sum + epoch.events, 0);
    const pace = `${formatCount(events / seconds)} events/s, ${formatSeconds(seconds)}`;
    this.line(
      `${bold("Loss while training")}  ${dim(`${pace}, last epoch ${last.loss.toFixed(3)}`)}`,
    );
    this.line("");
    for (const line of curve(this.#curve, {
      width: this.#width - 10,
      height: 8,
      from: 0,
      ticks: [0, ...epochs.map(({ epoch }) => epoch)],
      ascii: this.#ascii,
      paint: cyan,
    })) {
      this.line(`  ${line}`);
    }
    this.line("");
  }

  comparison(measured: ReadonlyMap<string, Evaluation>, cutoff: number): void {
    const { bold, dim, green } = this.ink;
    const rows = [...measured];
    const best = rows[rows.length - 1]?.[1];
    if (!best) return;
    const name = Math.max(...rows.map(([model]) => model.length));
    const room = Math.floor((this.#width - 2 - name - 2 * 10) / 2);
    const recall = (evaluation: Evaluation): number => evaluation.recall[cutoff]!;
    const mrr = (evaluation: Evaluation): number => evaluation.mrr[cutoff]!;
    const columns = [
      { title: `Recall@${cutoff}`, of: recall },
      { title: `MRR@${cutoff}`, of: mrr },
    ];

    this.line(
      `${bold("Is the next click in the list?")}  ${dim(
        `${formatCount(best.events)} clicks, ${cutoff} of ${formatCount(this.#shop!.train.items.size)} products listed`,
      )}`,
    );
    this.line("");
    const heads = columns.map(({ title }) => title.padEnd(room + 8));
    this.line(dim(`  ${"".padEnd(name)}  ${heads.join("  ")}`.trimEnd()));
    for (const [model, evaluation] of rows) {
      const isOurs = model === "GRU4Rec";
      const cells = columns.map(({ of }) => {
        const drawn = bar(of(evaluation) / of(best), room, this.#ascii);
        const padding = " ".repeat(room - drawn.length);
        return `${of(evaluation).toFixed(4)}  ${isOurs ? green(drawn) : dim(drawn)}${padding}`;
      });
      const text = `  ${model.padEnd(name)}  ${cells.join("  ")}`.trimEnd();
      this.line(isOurs ? bold(text) : text);
    }
    this.line("");
    const share = (model: string): string =>
      `${Math.floor((100 * recall(measured.get(model)!)) / recall(best))} %`;
    this.#paragraph(
      `Of what can be found at all, GRU4Rec finds ${share("GRU4Rec")}. The Markov chain, which ` +
        `sees the last click alone, finds ${share("first-order Markov")}.`,
    );
    this.line("");
  }

  visit({ sessionId, clicked, next }: Visit, list: readonly Recommendation[], shown: number): void {
    const { bold, dim, green } = this.ink;
    const place = list.findIndex(({ itemId }) => itemId === next);
    const found = place < 0 ? `not in ${list.length}` : `number ${place + 1}`;
    this.line(bold(`Visit ${sessionId}`));
    for (const [i, itemId] of clicked.entries()) {
      this.line(`  ${(i === 0 ? "clicked" : "").padEnd(12)}   ${this.#product(itemId)}`);
    }
    for (const [i, { itemId }] of list.slice(0, shown).entries()) {
      const text = `${dim(String(i + 1))} ${this.#product(itemId)}`;
      this.line(
        `  ${(i === 0 ? "recommended" : "").padEnd(12)} ${i === place ? green(text) : text}`,
      );
    }
    const department = this.#shop!.departmentOf(next);
    const gap = " ".repeat(Math.max(2, 16 - department.length));
    this.line(`  ${"then came".padEnd(12)}   ${this.#product(next)}${gap}${dim(found)}`);
    this.line("");
  }

  end(): void {
    const { dim } = this.ink;
    const seconds = formatSeconds((performance.now() - this.#started) / 1000);
    this.line(dim(`Done in ${seconds}. With your clicks:`));
    this.line("  gru4rec train clicks.tsv -o model.safetensors");
  }

  #product(itemId: Id): string {
    const { name, departmentOf } = this.#shop!;
    const plain = this.#ascii ? name(itemId).replace("−", "-").replace(" °C", " C") : name(itemId);
    return `${plain.padEnd(32)} ${this.ink.dim(departmentOf(itemId))}`;
  }

  /** Words filled into lines. */
  #paragraph(text: string, paint: (line: string) => string = (line) => line): void {
    let line = "";
    for (const word of text.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > this.#width) {
        this.line(paint(line));
        line = "";
      }
      line += line === "" ? word : ` ${word}`;
    }
    this.line(paint(line));
  }
}

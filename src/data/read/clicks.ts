/** Clicks of a table: its rows become events with times, handed to a sink, and a report of them. */

import { FormatError, words } from "../../errors.js";
import { pace } from "../../pause.js";
import type { FoundColumn } from "./columns.js";
import { DEFAULT_GAP } from "./gaps.js";
import { EventKinds } from "./kinds.js";
import { notesOf } from "./notes.js";
import type { ReadOptions } from "./options.js";
import type { ReadReport } from "./report.js";
import { MissingWords, type Rows, textAt } from "./rows.js";
import type { EventFacts, EventSink, UncountedReport, Understood } from "./sink.js";
import type { Chunked, Source } from "./source.js";
import { openTable, type Table } from "./table.js";
import { Tally } from "./tally.js";
import { remedyFor, TimeColumn } from "./time-column.js";
import { UNITS_PER_SECOND } from "./times.js";
import { checkAlike, type WantedColumns, wantedColumns, withoutOrder } from "./wanted.js";
import type { Watch } from "./watch.js";

/** Rows that are read in one step: some milliseconds, where each has texts that are new. */
const PIECE = 1 << 10;

/** Reads tables one after the other; all must have the same columns. */
export class ClickReader {
  readonly #options: ReadOptions;
  readonly #tally: Tally;
  readonly #missing: MissingWords;
  readonly #names: string[] = [];
  readonly #kinds: EventKinds;
  readonly #sink: EventSink;
  readonly #watch: Watch;
  #literal: { rows: number; firstLine: number } | undefined;
  #rows = 0;
  #events = 0;
  #kept = 0;
  #first: { table: Table; wanted: WantedColumns; hasHeader: boolean } | undefined;
  #times: TimeColumn | undefined;
  #ties: TimeColumn | undefined;
  /** Why the column that was guessed to break ties does not. */
  #untied: string | undefined;

  constructor(options: ReadOptions, sink: EventSink, watch: Watch) {
    this.#options = options;
    this.#sink = sink;
    this.#watch = watch;
    this.#tally = new Tally(options.strict ?? false, options.skipBadRows ?? false);
    this.#missing = new MissingWords(options.missing ?? []);
    this.#kinds = new EventKinds(options.events);
  }

  /** @throws FormatError when it is no table, or one with other columns than those before */
  async add(source: Source | Chunked, name: string): Promise<void> {
    const { delimiter, quote, comment } = this.#options;
    const watch = this.#watch;
    const table = await openTable(source, name, { delimiter, quote, comment, watch });
    try {
      await this.#read(table);
    } finally {
      await table.close();
    }
  }

  async #read(table: Table): Promise<void> {
    const hasHeader = table.hasNames || (this.#options.header ?? true);
    if (table.first.length === 0) {
      throw new FormatError(table.name, "a header line", words("no text at all"));
    }
    const wanted = wantedColumns(table, hasHeader, this.#options);
    this.#first ??= { table, wanted, hasHeader };
    checkAlike(this.#first, { table, wanted });
    this.#names.push(table.name);
    const { group, item, time, columns } = wanted;
    this.#sink.begin?.(columns);
    const read = [group, item, time, columns.order, columns.event];
    const comma = table.facts.delimiter !== undefined && table.facts.delimiter !== ",";
    this.#times ??= new TimeColumn(comma);
    this.#ties ??= columns.order && new TimeColumn(comma);
    const filled = table.first.findLastIndex((name) => name !== "") + 1;
    const rows = table.rows({
      columns: read.map((column) => (column?.position ?? group.position) - 1),
      width: { least: hasHeader ? filled : table.first.length, most: table.first.length },
      skip: hasHeader ? 1 : 0,
      comment: this.#options.comment,
      missing: this.#missing,
      bad: (line, expected, found) => this.#bad(table.name, line, expected, words(found)),
      literal: (line) => {
        this.#literal ??= { rows: 0, firstLine: line };
        this.#literal.rows++;
      },
    });
    for await (const batch of rows) {
      this.#rows += batch.count;
      const { order, event } = columns;
      const into = order || event ? undefined : this.#sink.columns;
      if (into && batch.addTo?.(into, this.#times)) {
        this.#kept += batch.count;
        this.#events += batch.count;
      } else {
        for (let row = 0; row < batch.count; ++row) {
          if (row % PIECE === 0) await pace();
          this.#addRow(batch, row, wanted, table.name);
        }
      }
      this.#watch.read(batch.count);
      await this.#sink.drain?.();
      await pace();
    }
  }

  #bad(table: string, line: number, expected: string, found: unknown): void {
    const isQuote = expected.startsWith("quoted");
    const remedy = isQuote
      ? 'Write a quote within a field as "", or read with `quote: "none"`.'
      : undefined;
    this.#tally.bad(table, line, expected, found, remedy);
    this.#rows++;
  }

  #addRow(rows: Rows, row: number, { columns, time: column }: WantedColumns, table: string): void {
    if (!rows.at(row, 2)) {
      this.#tally.missing("time", table, rows.lineOf(row));
      return;
    }
    const times = this.#times!;
    const time = times.read(rows, row);
    if (Number.isNaN(time)) {
      const expected = `${times.expected} in column ${JSON.stringify(column.name)}`;
      const found = textAt(rows);
      this.#tally.bad(table, rows.lineOf(row), expected, found, remedyFor(found));
      return;
    }
    const hasKind = columns.event !== undefined && rows.at(row, 4);
    const isKept = hasKind ? this.#kinds.keeps(rows) : this.#kinds.keepsOthers;
    // Events of other kinds only tell where a session goes on: views of pages have no item.
    if (isKept && !rows.at(row, 1)) {
      this.#tally.missing("item", table, rows.lineOf(row));
      return;
    }
    if (!rows.at(row, 0)) {
      const what = columns.session ? "session" : "user";
      this.#tally.missing(what, table, rows.lineOf(row));
      return;
    }
    const tie = columns.order && !this.#untied ? this.#tie(rows, row, table, columns.order) : 0;
    if (Number.isNaN(tie)) return;
    if (hasKind) this.#kinds.count();
    this.#sink.add(rows, row, time, columns.order && tie, isKept);
    if (isKept) this.#kept++;
    this.#events++;
  }

  /** What breaks ties of equal times; NaN when the row is left out. */
  #tie(rows: Rows, row: number, table: string, column: FoundColumn): number {
    const value = rows.at(row, 3) ? this.#ties!.read(rows, row) : Number.NaN;
    if (!Number.isNaN(value)) return value;
    const line = rows.lineOf(row);
    const expected = `${this.#ties!.expected} in column ${JSON.stringify(column.name)}`;
    if (column.found === "named") {
      const found = textAt(rows);
      this.#tally.bad(table, line, expected, found);
      return Number.NaN;
    }
    this.#untied = `Column ${JSON.stringify(column.name)} does not order clicks of equal times: line ${line} has no number there.`;
    return 0;
  }

  /** @throws FormatError when there were no events, or times of two units */
  async finish(): Promise<Understood> {
    const { table, wanted } = this.#first!;
    if (this.#events === 0) this.#refuseEmpty(table.name);
    await pace();
    const { timeUnit: given, gap = wanted.columns.user ? DEFAULT_GAP : "none" } = this.#options;
    const timeUnit = this.#times!.unitOf(given, table.name);
    const kinds = await this.#kinds.counts();
    if (this.#kept === 0) this.#refuseEmpty(table.name);
    const hasOrder = wanted.columns.order !== undefined && !this.#untied;
    return {
      perSecond: timeUnit === "ISO 8601" ? 1 : UNITS_PER_SECOND[timeUnit],
      gap,
      hasOrder,
      report: (facts) => this.#report(facts, { timeUnit, gap, hasOrder, kinds }),
    };
  }

  #report(
    { firstTime, lastTime, areDays, others, firstOther }: EventFacts,
    understood: Pick<Understood, "gap" | "hasOrder"> & {
      readonly timeUnit: ReadReport["timeUnit"];
      readonly kinds: ReadReport["kinds"] | undefined;
    },
  ): UncountedReport {
    const { timeUnit, gap, hasOrder, kinds } = understood;
    const { table, wanted, hasHeader } = this.#first!;
    const { columns } = wanted;
    if (others > 0) this.#tally.other("other kinds of events", firstOther, others);
    const found = { options: this.#options, columns, timeUnit, areDays, hasOrder, kinds };
    const notes = notesOf({ ...found, times: this.#times!, untied: this.#untied });
    const { format, compression, encoding, delimiter } = table.facts;
    return {
      names: this.#names,
      format,
      compression,
      ...(encoding && { encoding }),
      ...(delimiter && { delimiter }),
      ...(this.#literal && { literalQuotes: this.#literal }),
      header: hasHeader,
      columns: hasOrder ? columns : withoutOrder(columns),
      timeUnit,
      firstTime,
      lastTime,
      rows: this.#rows,
      leftOut: this.#tally.list,
      ...(kinds && { kinds }),
      ...((columns.user || gap !== "none") && { gap }),
      notes,
    };
  }

  #refuseEmpty(table: string): never {
    const left = this.#tally.list.map(({ reason, rows }) => `${rows} left out: ${reason}`);
    const found = left.length === 0 ? 0 : words(left.join(", "));
    throw new FormatError(table, "at least one event below the header", found);
  }
}

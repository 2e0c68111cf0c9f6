/** Records of items: what a table says of each of them, value by value as features are read. */

import { checkChoice, checkNames, checkObject } from "../../checks.js";
import { ConfigError, FormatError, words } from "../../errors.js";
import { pace } from "../../pause.js";
import type { FeatureKind, FeatureValue, ItemRecord } from "../features.js";
import { checkColumn, type FoundColumn, Header } from "./columns.js";
import { type ColumnName, checkTextRules } from "./options.js";
import type { TableReport } from "./report.js";
import { MissingWords, type Rows, textAt } from "./rows.js";
import { nameOf, type Source } from "./source.js";
import { openTable, type Table } from "./table.js";
import { Tally } from "./tally.js";
import { numberAt } from "./times.js";
import { checkWatch, WATCH_OPTIONS, Watch, type WatchOptions } from "./watch.js";

const KINDS: readonly FeatureKind[] = ["text", "category", "categories", "number"];
const SEPARATOR = "|";

/** How to read records of items; what is not given is found. */
export interface RecordOptions extends WatchOptions {
  /** How the column of each feature is read; those of a model's options fit. */
  readonly features: Readonly<Record<string, { readonly kind: FeatureKind }>>;
  /** Columns of features that are not called as the feature is. */
  readonly columns?: Readonly<Record<string, ColumnName>>;
  /** Where the item is. */
  readonly itemColumn?: ColumnName;
  /** Between the values of one cell of categories, where it is no list: `"|"` unless given. */
  readonly separator?: string;
  /** False when the first row is data: columns are then given by position. */
  readonly header?: boolean;
  /** Between two fields, one or more characters. */
  readonly delimiter?: string;
  /** What quotes are, where it is not to be found row by row. */
  readonly quote?: '"' | "none";
  /** Lines that begin so are left out. */
  readonly comment?: string;
  /** Words that stand for nothing, as NULL. */
  readonly missing?: readonly string[];
  /** Refuse rows without an item, which are left out and counted otherwise. */
  readonly strict?: boolean;
  /** Leave out and count rows that cannot be read or are of an item that had one, which are refused otherwise. */
  readonly skipBadRows?: boolean;
  /** What errors call the source. */
  readonly name?: string;
}

/** Records of a table, and how it was read. */
export interface RecordTable {
  /** In the order of the table; an item has at most one. A value that is not there is left out. */
  readonly records: readonly ItemRecord[];
  /** What was understood of the table. */
  readonly report: RecordReport;
}

/** How a table of records was read. */
export interface RecordReport extends TableReport {
  /** Where the item and each feature were found. */
  readonly columns: Readonly<Record<string, FoundColumn>>;
  /** Items that have a record. */
  readonly records: number;
}

const NAMES = [
  ...["features", "columns", "itemColumn", "separator", "header", "delimiter", "quote", "comment"],
  ...["missing", "strict", "skipBadRows", "name", ...WATCH_OPTIONS],
];

/** The errors are those of the public `readRecords`. */
export async function readRecords(source: Source, options: RecordOptions): Promise<RecordTable> {
  checkRecordOptions(options);
  const { name = nameOf(source), delimiter, quote, comment } = options;
  const watch = new Watch([source], options);
  watch.begin(source);
  const table = await openTable(source, name, { delimiter, quote, comment, watch });
  try {
    return await new RecordReader(table, options).read(watch);
  } finally {
    await table.close();
  }
}

/** @throws ConfigError naming the option */
function checkRecordOptions(options: RecordOptions): void {
  checkNames(options, NAMES, "reading");
  const { features, columns, itemColumn, separator } = options;
  checkObject("features", features, "features by name, each with a kind");
  if (Object.keys(features).length === 0) throw new ConfigError("features", "at least one", {});
  for (const [name, feature] of Object.entries(features)) {
    if (name === "itemId") throw new ConfigError("features", "no feature called itemId", name);
    checkObject(`features.${name}`, feature, "an object with a kind");
    checkChoice(`features.${name}.kind`, feature.kind, KINDS);
  }
  if (columns !== undefined) checkNames(columns, Object.keys(features), "columns");
  for (const [name, column] of Object.entries(columns ?? {})) {
    checkColumn(`columns.${name}`, column);
  }
  checkColumn("itemColumn", itemColumn);
  checkWatch(options);
  if (separator !== undefined && (typeof separator !== "string" || separator === "")) {
    throw new ConfigError("separator", "characters between two values", separator);
  }
  checkTextRules(options);
}

class RecordReader {
  readonly #table: Table;
  readonly #options: RecordOptions;
  readonly #tally: Tally;
  readonly #header: boolean;
  readonly #item: FoundColumn;
  /** Name, kind and column of each feature. */
  readonly #features: readonly (readonly [string, FeatureKind, FoundColumn])[];
  readonly #comma: boolean;
  readonly #records = new Map<string, ItemRecord>();
  #literal: { rows: number; firstLine: number } | undefined;
  #rows = 0;

  /** @throws FormatError when a column is not there */
  constructor(table: Table, options: RecordOptions) {
    this.#table = table;
    this.#options = options;
    this.#tally = new Tally(options.strict ?? false, options.skipBadRows ?? false);
    this.#header = table.hasNames || (options.header ?? true);
    this.#comma = table.facts.delimiter !== undefined && table.facts.delimiter !== ",";
    if (table.first.length === 0) {
      throw new FormatError(table.name, "a header line", words("no text at all"));
    }
    const header = new Header(table.first, this.#header, table.name, table.nested);
    const item = header.find("item", options.itemColumn) ?? header.find("item", idIn(table));
    if (!item) throw header.missing("item", options.itemColumn);
    this.#item = item;
    this.#features = Object.entries(options.features).map(([name, { kind }]) => {
      const named = Object.hasOwn(options.columns ?? {}, name) ? options.columns![name]! : name;
      return [name, kind, header.named(named, `the feature ${JSON.stringify(name)}`, "columns")];
    });
  }

  async read(watch: Watch): Promise<RecordTable> {
    const { first, name, facts } = this.#table;
    const columns = [this.#item, ...this.#features.map(([, , column]) => column)];
    const filled = first.findLastIndex((field) => field !== "") + 1;
    const rows = this.#table.rows({
      columns: columns.map(({ position }) => position - 1),
      width: { least: this.#header ? filled : first.length, most: first.length },
      skip: this.#header ? 1 : 0,
      comment: this.#options.comment,
      missing: new MissingWords(this.#options.missing ?? []),
      bad: (line, expected, found) => {
        this.#rows++;
        this.#tally.bad(name, line, expected, words(found));
      },
      literal: (line) => {
        this.#literal ??= { rows: 0, firstLine: line };
        this.#literal.rows++;
      },
    });
    for await (const batch of rows) {
      this.#rows += batch.count;
      for (let row = 0; row < batch.count; ++row) this.#add(batch, row);
      watch.read(batch.count);
      await pace();
    }
    watch.end();
    if (this.#records.size === 0) throw new FormatError(name, "at least one record", 0);
    const places = this.#features.map(([feature, , column]) => [feature, column] as const);
    const report: RecordReport = {
      names: [name],
      ...facts,
      ...(this.#literal && { literalQuotes: this.#literal }),
      header: this.#header,
      columns: { item: this.#item, ...Object.fromEntries(places) },
      rows: this.#rows,
      leftOut: this.#tally.list,
      records: this.#records.size,
      notes: [],
    };
    return { records: [...this.#records.values()], report };
  }

  #add(rows: Rows, row: number): void {
    const line = rows.lineOf(row);
    if (!rows.at(row, 0)) {
      this.#tally.missing("item", this.#table.name, line);
      return;
    }
    const itemId = textAt(rows);
    if (this.#records.has(itemId)) {
      const remedy = "Mend the table, or leave out the later ones with `skipBadRows`.";
      this.#tally.bad(this.#table.name, line, "every item once", itemId, remedy);
      return;
    }
    const record: Record<string, FeatureValue> = { itemId };
    for (const [i, [name, kind, { name: column }]] of this.#features.entries()) {
      const value = this.#valueOf(rows, row, i + 1, kind);
      if (Number.isNaN(value)) {
        const expected = `a number in column ${JSON.stringify(column)}`;
        this.#tally.bad(this.#table.name, line, expected, textAt(rows));
        return;
      }
      if (value !== undefined) Object.defineProperty(record, name, { value, enumerable: true });
    }
    this.#records.set(itemId, record as ItemRecord);
  }

  /** Undefined where there is none; NaN for what is no number. */
  #valueOf(rows: Rows, row: number, column: number, kind: FeatureKind): FeatureValue {
    const values = kind === "categories" ? rows.list?.(row, column) : undefined;
    if (values) return values;
    if (!rows.at(row, column)) return undefined;
    if (kind === "number") {
      const { number } = rows;
      return Number.isNaN(number)
        ? numberAt(rows.bytes, rows.begin, rows.end, this.#comma)
        : number;
    }
    if (kind !== "categories") return textAt(rows);
    const parts = textAt(rows).split(this.#options.separator ?? SEPARATOR);
    return parts.map((part) => part.trim()).filter((part) => part !== "");
  }
}

/** A column called “id” is that of the items, in a table of items. */
function idIn({ first }: Table): string | undefined {
  return first.find((field) => field.toLowerCase() === "id");
}

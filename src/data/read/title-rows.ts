/** Titles and genres of items, in the forms of MovieLens or any table. */

import { checkNames } from "../../checks.js";
import { FormatError, words } from "../../errors.js";
import { pace } from "../../pause.js";
import { Header } from "./columns.js";
import { MissingWords, type Rows, textAt } from "./rows.js";
import { checkName, nameOf, type Source } from "./source.js";
import { openTable, type Table } from "./table.js";
import { checkWatch, WATCH_OPTIONS, Watch, type WatchOptions } from "./watch.js";

/** An item and what it is called. */
export interface Title {
  /** The item's id. */
  readonly id: string;
  /** What it is called. */
  readonly title: string;
  /** Empty where the file tells none. */
  readonly genres: readonly string[];
}

/** The genre columns of u.item, in their order (u.genre). */
const GENRES = [
  ...["unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime"],
  ...["Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance"],
  ...["Sci-Fi", "Thriller", "War", "Western"],
] as const;
const FIRST_GENRE = 5;
const NO_GENRES = "(no genres listed)";
const REMEDY = "Expected is movies.dat, u.item or a table whose header names item and title.";

/** Places of the columns of a form, and how genres are told there. */
interface Form {
  readonly hasHeader: boolean;
  readonly columns: readonly number[];
  readonly least: number;
  genres(rows: Rows, row: number): readonly string[];
}

/** How to read titles. */
export interface TitleOptions extends WatchOptions {
  /** What errors call the source. */
  readonly name?: string;
}

/** The errors are those of the public `readTitles`. */
export async function readTitles(source: Source, options: TitleOptions): Promise<readonly Title[]> {
  checkNames(options, ["name", ...WATCH_OPTIONS], "reading");
  const { name = nameOf(source) } = options;
  checkName(name);
  checkWatch(options);
  const watch = new Watch([source], options);
  watch.begin(source);
  const table = await openTable(source, name, { fallback: "windows-1252", watch });
  try {
    const titles = table.first.length === 0 ? [] : await read(table, watch);
    if (titles.length === 0) throw new FormatError(name, "at least one title", 0, REMEDY);
    return titles;
  } finally {
    await table.close();
  }
}

async function read(table: Table, watch: Watch): Promise<Title[]> {
  const form = formOf(table);
  const titles: Title[] = [];
  const rows = table.rows({
    columns: form.columns,
    width: { least: form.least, most: Math.max(table.first.length, form.least) },
    skip: form.hasHeader ? 1 : 0,
    comment: undefined,
    missing: new MissingWords([]),
    bad: (line, expected, found) => {
      throw new FormatError(`${table.name}, line ${line}`, expected, words(found));
    },
    literal: () => {},
  });
  for await (const batch of rows) {
    for (let row = 0; row < batch.count; ++row) {
      const [id, title] = [textOf(batch, row, 0), textOf(batch, row, 1)];
      if (id === "" || title === "") {
        const where = `${table.name}, line ${batch.lineOf(row)}`;
        throw new FormatError(where, "an item and a title", words("none"));
      }
      titles.push({ id, title, genres: form.genres(batch, row) });
    }
    watch.read(batch.count);
    await pace();
  }
  watch.end();
  return titles;
}

function formOf(table: Table): Form {
  const { delimiter } = table.facts;
  const listed = (rows: Rows, row: number): string[] => genresOf(textOf(rows, row, 2));
  if (delimiter === "::") {
    return { hasHeader: false, columns: [0, 1, 2], least: 2, genres: listed };
  }
  if (delimiter === "|" && table.first.length > FIRST_GENRE) {
    const flags = GENRES.map((_, genre) => FIRST_GENRE + genre);
    const genres = (rows: Rows, row: number): string[] =>
      GENRES.filter((_, genre) => textOf(rows, row, 2 + genre) === "1");
    return { hasHeader: false, columns: [0, 1, ...flags], least: 2, genres };
  }
  const header = new Header(table.first, true, table.name, table.nested);
  const id = header.find("item") ?? header.find("item", nameIn(table, "id"));
  const title = header.find("title", undefined, id);
  if (!id || !title) {
    const found = table.first.slice(0, 20).map((field) => JSON.stringify(field.slice(0, 40)));
    const columns = words(`the columns ${found.join(", ")}`);
    throw new FormatError(
      `${table.name}, line 1`,
      "columns of item ids and titles",
      columns,
      REMEDY,
    );
  }
  const genres = header.find("genres", undefined, title);
  const columns = [id, title, ...(genres ? [genres] : [])].map(({ position }) => position - 1);
  return {
    hasHeader: true,
    columns,
    least: 2,
    genres: genres ? listed : () => [],
  };
}

/** The column of this name, whatever its case. */
function nameIn(table: Table, name: string): string | undefined {
  return table.first.find((field) => field.toLowerCase() === name);
}

function textOf(rows: Rows, row: number, column: number): string {
  return rows.at(row, column) ? textAt(rows) : "";
}

function genresOf(text: string): string[] {
  return text === "" || text === NO_GENRES ? [] : text.split("|");
}

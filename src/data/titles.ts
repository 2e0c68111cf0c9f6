/**
 * What MovieLens says of its movies, in every form that GroupLens publishes it in:
 *
 *     id::title::Genre|Genre                       movies.dat, Latin-1
 *     id|title|date|…|0|1|0|…                      u.item, Latin-1, a column a genre
 *     movieId,title,genres                         movies.csv, or any table with such a header
 */

import { checkNames } from "../checks.js";
import { FormatError, words } from "../errors.js";
import { checkName, nameOf, type Source, textOf } from "./decoding.js";
import { rowsOf } from "./delimited.js";
import { ownCopy } from "./interned.js";
import { LONGEST_LINE, linesOf } from "./lines.js";

export interface Title {
  readonly id: string;
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

/**
 * Reads titles; text that is not UTF-8 is taken as Latin-1, which the older files are in.
 *
 * @throws FormatError naming the source and the line
 */
export async function readTitles(
  source: Source,
  options: { readonly name?: string } = {},
): Promise<readonly Title[]> {
  checkNames(options, ["name"], "reading");
  const { name = nameOf(source) } = options;
  checkName(name);
  const pieces = textOf(source, name, "windows-1252");
  const begun = await beginOf(pieces);
  const first = begun.split("\n", 1)[0]!;
  const text = joined(begun, pieces);
  let titles: Title[];
  if (first.includes("::")) titles = await cut(text, "::", 2, name, datTitle);
  else if (first.split("|", FIRST_GENRE + 1).length > FIRST_GENRE)
    titles = await cut(text, "|", 2, name, itemTitle);
  else titles = await tableTitles(text, name);
  if (titles.length === 0) throw new FormatError(name, "at least one title", 0, REMEDY);
  return titles;
}

/** As many pieces as hold the first line, or as a line may be long. */
async function beginOf(pieces: AsyncGenerator<string>): Promise<string> {
  let begun = "";
  while (!begun.includes("\n") && begun.length < LONGEST_LINE) {
    const { done, value } = await pieces.next();
    if (done) break;
    begun += value;
  }
  return begun;
}

async function* joined(begun: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield begun;
  yield* rest;
}

async function cut(
  text: AsyncIterable<string>,
  delimiter: string,
  width: number,
  name: string,
  titleOf: (fields: readonly string[]) => Title,
): Promise<Title[]> {
  const titles: Title[] = [];
  let n = 0;
  for await (const line of linesOf(text, name)) {
    n++;
    if (line.trim() === "") continue;
    const fields = line.split(delimiter);
    if (fields.length < width) {
      throw new FormatError(`${name}, line ${n}`, `at least ${width} fields`, fields.length);
    }
    titles.push(titleOf(fields.map(ownCopy)));
  }
  return titles;
}

function datTitle([id, title, genres = ""]: readonly string[]): Title {
  return { id: id!, title: title!, genres: genresOf(genres) };
}

function itemTitle(fields: readonly string[]): Title {
  const genres = GENRES.filter((_, i) => fields[FIRST_GENRE + i]?.trim() === "1");
  return { id: fields[0]!, title: fields[1]!, genres };
}

function genresOf(text: string): string[] {
  const trimmed = text.trim();
  return trimmed === "" || trimmed === NO_GENRES ? [] : trimmed.split("|");
}

async function tableTitles(text: AsyncIterable<string>, name: string): Promise<Title[]> {
  const titles: Title[] = [];
  let places: { id: number; title: number; genres: number } | undefined;
  for await (const rows of rowsOf(text, name)) {
    for (const [i, fields] of rows.fields.entries()) {
      if (fields.length === 1 && fields[0] === "") continue;
      if (!places) {
        places = columnsOf(fields, name);
        continue;
      }
      const id = fields[places.id];
      const title = fields[places.title];
      if (id === undefined || title === undefined) {
        const where = `${name}, line ${rows.lineOf(i)}`;
        throw new FormatError(where, "an item and a title", words(`${fields.length} fields`));
      }
      titles.push({
        id: ownCopy(id),
        title: ownCopy(title),
        genres: genresOf(fields[places.genres] ?? ""),
      });
    }
  }
  return titles;
}

function columnsOf(
  header: readonly string[],
  name: string,
): { id: number; title: number; genres: number } {
  const plain = header.map((field) => field.toLowerCase().replace(/[^a-z]/g, ""));
  const id = plain.findIndex((field) => ["movieid", "itemid", "id"].includes(field));
  const title = plain.findIndex((field) => ["title", "movietitle", "name"].includes(field));
  const genres = plain.findIndex((field) => ["genres", "genre"].includes(field));
  if (id >= 0 && title >= 0) return { id, title, genres };
  const found = header.slice(0, 20).map((field) => JSON.stringify(field.slice(0, 40)));
  const columns = words(`the columns ${found.join(", ")}`);
  throw new FormatError(`${name}, line 1`, "columns of item ids and titles", columns, REMEDY);
}

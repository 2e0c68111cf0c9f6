/**
 * Rows of delimited text, a piece at a time.
 *
 * papaparse knows quotes and delimiters; this feeds it pieces and carries the row that a piece cuts
 * over to the next one, so a file is never in memory as rows. It is loaded on first use: the package
 * has no dependency for those who bring their own events.
 */

import type { ParseConfig, ParseError } from "papaparse";
import { FormatError, words } from "../errors.js";

/** Some rows that follow each other. A blank line is a row of one empty field. */
export interface Rows {
  readonly fields: readonly (readonly string[])[];
  readonly delimiter: string;
  /** The line, counted from 1, in which row `row` of `fields` begins. */
  lineOf(row: number): number;
}

/** Text that is looked at to guess the delimiter. */
const HEAD = 1 << 14;
/** A row longer than this is a quote that was never closed, or no table at all. */
const LONGEST_ROW = 1 << 20;

/**
 * Splits text into rows of fields.
 *
 * Lines end with \n, \r\n or, when there is no \n at all, \r.
 *
 * @param delimiter guessed from the first rows when not given
 * @throws FormatError with the line of a quote that is not closed or closed too early, or of a row
 *   that is longer than a MiB
 */
export async function* rowsOf(
  pieces: AsyncIterable<string>,
  name: string,
  delimiter?: string,
): AsyncGenerator<Rows> {
  const { default: Papa } = await import("papaparse");
  let config: ParseConfig | undefined;
  let text = "";
  let enough = HEAD;
  let line = 1;

  function parsed(isLast: boolean): Rows & { readonly cursor: number } {
    config ??= configOf(text);
    const { data, errors, meta } = new Papa.Parser(config).parse(text, 0, !isLast);
    const batch = rows(data, line, config.delimiter as string);
    // Of the row that is carried over nothing is known yet, so its errors do not count.
    const damage = (errors as ParseError[]).find((error) => error.row! < data.length);
    if (damage) throw badQuote(name, batch.lineOf(damage.row!));
    return { ...batch, cursor: meta.cursor };
  }

  function configOf(head: string): ParseConfig {
    const newline = head.includes("\n") || !head.includes("\r") ? "\n" : "\r";
    const guessing = { newline, preview: 10, skipEmptyLines: "greedy" } as const;
    return { newline, delimiter: delimiter ?? Papa.parse(head, guessing).meta.delimiter };
  }

  for await (const piece of pieces) {
    text += piece;
    if (text.length < enough) continue;
    const hasQuotes = text.includes('"');
    // Not parsed to the end: a MiB of quotes alone takes the parser 35 MB.
    const isOneRow = config && !text.includes(config.newline as string);
    if (isOneRow && text.length > LONGEST_ROW) throw longRow(name, line, hasQuotes);
    const batch = parsed(false);
    text = text.slice(batch.cursor);
    if (text.length > LONGEST_ROW)
      throw longRow(name, batch.lineOf(batch.fields.length), hasQuotes);
    // The row that is carried over is parsed anew from its start: seldom, where it is a long one.
    enough = Math.min(2 * text.length, LONGEST_ROW + 1);
    line = hasQuotes ? batch.lineOf(batch.fields.length) : line + batch.fields.length;
    yield batch;
  }
  yield parsed(true);
}

function rows(fields: string[][], line: number, delimiter: string): Rows {
  for (const row of fields) {
    const last = row.length - 1;
    if (row[last]!.endsWith("\r")) row[last] = row[last]!.slice(0, -1);
  }
  const lineOf = (row: number): number => {
    let begin = line + row;
    for (const field of fields.slice(0, row).flat()) begin += field.split("\n").length - 1;
    return begin;
  };
  return { fields, delimiter, lineOf };
}

function longRow(name: string, line: number, hasQuotes: boolean): FormatError {
  if (hasQuotes) return badQuote(name, line);
  const expected = `rows of at most ${LONGEST_ROW} characters`;
  return new FormatError(`${name}, line ${line}`, expected, words("a longer one"));
}

function badQuote(name: string, line: number): FormatError {
  return new FormatError(
    `${name}, line ${line}`,
    'quoted fields that end with " before the delimiter',
    words("a quote out of place"),
    'Write a quote within a field as "".',
  );
}

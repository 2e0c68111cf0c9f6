/**
 * What MovieLens says of its movies, in every form that GroupLens publishes it in:
 *
 *     id::title::Genre|Genre                       movies.dat, Latin-1
 *     id|title|date|…|0|1|0|…                      u.item, Latin-1, a column a genre
 *     movieId,title,genres                         movies.csv, or any table with such a header
 */

import type { Source } from "./read/source.js";
import type { Title, TitleOptions } from "./read/title-rows.js";

export type { Title, TitleOptions } from "./read/title-rows.js";

/**
 * Reads titles; text that is not UTF-8 is taken as Latin-1, which the older files are in.
 *
 * @throws FormatError naming the source and the line
 */
export async function readTitles(
  source: Source,
  options: TitleOptions = {},
): Promise<readonly Title[]> {
  return (await import("./read/title-rows.js")).readTitles(source, options);
}

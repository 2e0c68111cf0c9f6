/**
 * Ratings in every form that GroupLens publishes them in, and as any table with a header:
 *
 *     user::item::rating::time            ratings.dat of MovieLens 1M and 10M
 *     user ⇥ item ⇥ rating ⇥ time         u.data of MovieLens 100K
 *     userId,movieId,rating,timestamp     ratings.csv of 20M and later; other names and formats too
 */

import type { RatingOptions, Ratings } from "./read/rating-rows.js";
import type { Source } from "./read/source.js";

export type { RatingOptions, Ratings } from "./read/rating-rows.js";

/**
 * Reads ratings from any source and format that clicks are read from.
 *
 * @throws FormatError naming the source and the line; ConfigError when an option is none
 */
export async function readRatings(source: Source, options: RatingOptions = {}): Promise<Ratings> {
  return (await import("./read/rating-rows.js")).readRatings(source, options);
}

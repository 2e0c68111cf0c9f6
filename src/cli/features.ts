/** `--features`: features of movies that titles give, and the time of a rating. */
import {
  boundariesOf,
  ConfigError,
  type FeatureOptions,
  type ItemRecord,
  type Title,
  type TowerOptions,
} from "../index.js";

/** Names that `--features` takes. */
const FEATURES: Readonly<Record<string, FeatureOptions>> = {
  title: { kind: "text" },
  genres: { kind: "categories" },
  year: { kind: "number" },
};
const TIME = "time";
/** Number of buckets of time, each with equally many ratings. */
const BUCKETS = 100;
/** "Toy Story (1995)" */
const YEAR = /\s*\((\d{4})\)\s*$/;

/** Options of the model for these names. Throws ConfigError when there is no such feature. */
export function featureOptions(
  names: string | undefined,
  times: ArrayLike<number> = [0, 1],
): Pick<TowerOptions, "features" | "timeBoundaries"> {
  const list = names === undefined ? [] : names.split(",").map((name) => name.trim());
  for (const name of list) {
    if (name === TIME || Object.hasOwn(FEATURES, name)) continue;
    const expected = `some of ${[...Object.keys(FEATURES), TIME].join(", ")} between commas`;
    throw new ConfigError("features", expected, name);
  }
  const features = Object.fromEntries(
    Object.entries(FEATURES).filter(([name]) => list.includes(name)),
  );
  return { features, timeBoundaries: list.includes(TIME) ? boundariesOf(times, BUCKETS) : [] };
}

/** Records of these features from titles. If an id comes twice, its last line counts. */
export function recordsOf(
  titles: readonly Title[],
  features: TowerOptions["features"] = {},
): ItemRecord[] {
  const names = Object.keys(features);
  if (names.length === 0) return [];
  const byId = new Map(titles.map((title) => [title.id, title]));
  return [...byId.values()].map(({ id, title, genres }) => {
    const year = YEAR.exec(title)?.[1];
    const all: Record<string, ItemRecord[string]> = {
      title: title.replace(YEAR, ""),
      genres,
      year: year === undefined ? null : Number(year),
    };
    return { itemId: id, ...Object.fromEntries(names.map((name) => [name, all[name]])) };
  });
}

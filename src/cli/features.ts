/** `--features`: what the model reads besides ids, from titles or from a table of records. */
import {
  boundariesOf,
  ConfigError,
  type FeatureKind,
  type FeatureOptions,
  type ItemRecord,
  type Items,
  type RecordOptions,
  type Title,
  type TowerOptions,
} from "../index.js";
import { readRecords } from "../node.js";
import type { Report } from "./output.js";
import { followed } from "./reading.js";

/** Values of the flags, and of those that say how any table is read. */
export interface FeatureFlags {
  readonly features?: string;
  readonly records?: string;
  readonly recordsItemColumn?: string;
  readonly recordsColumns?: readonly string[];
  readonly reading?: Pick<RecordOptions, "missing" | "strict" | "skipBadRows">;
}

/** Features that titles give, and how a column of this name is read. */
const OF_TITLES: Readonly<Record<string, FeatureOptions>> = {
  title: { kind: "text" },
  genres: { kind: "categories" },
  year: { kind: "number" },
};
const KINDS: readonly string[] = ["text", "category", "categories", "number"];
const TIME = "time";
/** Number of buckets of time, each with equally many ratings. */
const BUCKETS = 100;
/** "Toy Story (1995)" */
const YEAR = /\s*\((\d{4})\)\s*$/;

type Features = Required<Pick<TowerOptions, "features" | "timeBoundaries">>;

/**
 * Options of the model for the names of `--features`.
 *
 * @param hasTitles whether there may be titles to take features from
 * @throws ConfigError when there is no such feature
 */
export function featureOptions(
  { features: names, records }: FeatureFlags,
  hasTitles: boolean,
  times: ArrayLike<number> = [0, 1],
): Features {
  const list = names === undefined ? [] : names.split(",").map((name) => name.trim());
  const features: Record<string, FeatureOptions> = Object.create(null);
  for (const name of list) {
    if (name === TIME) continue;
    if (records === undefined) refuseOther(name, hasTitles);
    const [column, kind] = named(name);
    features[column] = kind;
  }
  if (records !== undefined && Object.keys(features).length === 0) {
    const remedy = "Say which columns of it count with `features`.";
    throw new ConfigError("records", "it with features", records, remedy);
  }
  return { features, timeBoundaries: list.includes(TIME) ? boundariesOf(times, BUCKETS) : [] };
}

function refuseOther(name: string, hasTitles: boolean): void {
  const known = hasTitles ? Object.keys(OF_TITLES) : [];
  if (known.includes(name)) return;
  const expected = hasTitles ? `some of ${[...known, TIME].join(", ")} between commas` : TIME;
  const remedy = "Columns of another table of items come with `records`.";
  throw new ConfigError("features", expected, name, remedy);
}

/** `brand:category` → the column, and how it is read. */
function named(name: string): readonly [string, FeatureOptions] {
  const [, column = name, kind] = /^(.+):(\w+)$/.exec(name) ?? [];
  if (kind !== undefined && KINDS.includes(kind)) return [column, { kind: kind as FeatureKind }];
  if (Object.hasOwn(OF_TITLES, name)) return [name, OF_TITLES[name]!];
  const expected = `a column and its kind, as brand:category; kinds are ${KINDS.join(", ")}`;
  throw new ConfigError("features", expected, name);
}

/**
 * Records of these features from the table that `--records` names, of items of the catalogue; undefined
 * where it names none.
 *
 * @throws FormatError, ConfigError
 */
export async function recordsFor(
  items: Items,
  { records: path, recordsItemColumn: itemColumn, recordsColumns, reading }: FeatureFlags,
  features: Features["features"],
  report: Report,
  signal: AbortSignal,
): Promise<ItemRecord[] | undefined> {
  if (path === undefined) return undefined;
  const item = itemColumn === undefined ? {} : { itemColumn };
  const columns = columnsOf(recordsColumns ?? [], features);
  const { records, report: found } = await followed(report, signal, (following) =>
    readRecords(path, { features, columns, ...reading, ...item, ...following }),
  );
  const known = records.filter(({ itemId }) => items.has(itemId));
  report.records(path, found, known.length);
  return known;
}

/** `brand=Marke` → the column of a feature. @throws ConfigError when there is no such feature */
function columnsOf(
  list: readonly string[],
  features: Features["features"],
): Readonly<Record<string, string>> {
  const pairs = list.map((text) => {
    const [, name, column] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name && column && Object.hasOwn(features, name)) return [name, column];
    throw new ConfigError("recordsColumns", "feature=column of features that are read", text);
  });
  return Object.fromEntries(pairs);
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

/** The features of a catalogue: every item's rows and weights, feature by feature. */

import { ConfigError, cut, words } from "../errors.js";
import { checkId, type Id } from "./events.js";
import { Feature, type FeatureReading, type ItemRecord, partsOf } from "./features.js";
import { Items } from "./items.js";

/** Item i has entries [offsets[i], offsets[i + 1]): i32[items + 1], i32 and f32 of as many entries. */
export interface Bags {
  readonly offsets: Int32Array;
  readonly rows: Int32Array;
  readonly weights: Float32Array;
}

/** A catalogue, and one `Bags` a feature. */
export interface DescribedItems {
  readonly items: Items;
  readonly bags: readonly Bags[];
}

type Readings = Readonly<Record<string, FeatureReading>>;

/** The values of records by item id: words, values or numbers of each feature, in order. */
type Parts = ReadonlyMap<Id, readonly (readonly Id[])[]>;

export class ItemFeatures implements DescribedItems {
  readonly items: Items;
  readonly features: readonly Feature[];
  readonly bags: readonly Bags[];

  constructor(items: Items, features: readonly Feature[], bags: readonly Bags[]) {
    this.items = items;
    this.features = features;
    this.bags = bags;
  }

  /**
   * @param records of items of the catalogue, each at most once; the others have no known feature
   * @throws ConfigError naming the record and what is wrong with it
   */
  static from(items: Items, readings: Readings, records: Iterable<ItemRecord>): ItemFeatures {
    const parts = partsByItem(Object.entries(readings), records, (id, path) => {
      if (!items.has(id)) throw new ConfigError(path, "an item of the catalogue", id);
      return items.spelt(id);
    });
    const features = Object.entries(readings).map(([name, reading], f) => {
      const known = items.ids.map((id) => parts.get(id)?.[f] ?? []);
      if (known.every((list) => list.length === 0)) {
        const remedy = "Pass what is known of the items, or leave the feature out.";
        const expected = `"${cut(name)}" of at least one item`;
        throw new ConfigError("records", expected, words("none"), remedy);
      }
      return Feature.learnt(name, reading, known);
    });
    return new ItemFeatures(items, features, bagsOf(items, features, parts));
  }

  /**
   * The catalogue, followed by the new items of records. A record of an item of the catalogue replaces
   * what is known of it.
   */
  extended(records: Iterable<ItemRecord>): DescribedItems {
    const named = this.features.map(({ name, kind }) => [name, { kind }] as const);
    const parts = partsByItem(named, records, (id) => this.items.spelt(id));
    if (parts.size === 0) return this;
    const added = [...parts.keys()].filter((id) => !this.items.has(id));
    const items = added.length === 0 ? this.items : Items.from([...this.items.ids, ...added]);
    return { items, bags: bagsOf(items, this.features, parts, this) };
  }

  /**
   * The same features over another catalogue: items keep what is known of them. A record of an item says it anew.
   *
   * @throws ConfigError when a record is of no item of the catalogue, or not as it must be
   */
  over(items: Items, records: Iterable<ItemRecord>): ItemFeatures {
    const named = this.features.map(({ name, kind }) => [name, { kind }] as const);
    const parts = partsByItem(named, records, (id, path) => {
      if (!items.has(id)) throw new ConfigError(path, "an item of the catalogue", id);
      return items.spelt(id);
    });
    return new ItemFeatures(items, this.features, bagsOf(items, this.features, parts, this));
  }
}

function partsByItem(
  features: readonly (readonly [string, Pick<FeatureReading, "kind">])[],
  records: Iterable<ItemRecord>,
  asSpelt: (id: Id, path: string) => Id,
): Parts {
  const all = new Map<Id, (readonly Id[])[]>();
  const names = features.map(([name]) => name);
  if (typeof records !== "object" || records === null || !(Symbol.iterator in records)) {
    throw new ConfigError("records", "a list of records", records);
  }
  let n = 0;
  for (const record of records) {
    const path = `records[${n++}]`;
    if (typeof record !== "object" || record === null) {
      throw new ConfigError(path, "an object with an itemId", record);
    }
    const told = checkId(record.itemId, () => `${path}.itemId`);
    const id = asSpelt(told, `${path}.itemId`);
    if (all.has(id)) throw new ConfigError(`${path}.itemId`, "every item once", id);
    for (const name of Object.keys(record)) {
      if (name === "itemId" || names.includes(name)) continue;
      const expected = `itemId or one of the features: ${names.join(", ")}`;
      throw new ConfigError(`${path}.${name}`, expected, words("an unknown name"));
    }
    all.set(
      id,
      features.map(([name, { kind }]) => {
        // A feature may be named like a property that every object inherits.
        const value = Object.hasOwn(record, name) ? record[name] : undefined;
        return partsOf(kind, value, `${path}.${name}`);
      }),
    );
  }
  return all;
}

/** The values of every item: from its record, else those known before, else none. */
function bagsOf(
  items: Items,
  features: readonly Feature[],
  parts: Parts,
  known?: DescribedItems,
): Bags[] {
  return features.map((feature, f) => {
    const before = known?.bags[f];
    const offsets = new Int32Array(items.size + 1);
    const rows: number[] = [];
    const weights: number[] = [];
    for (const [item, id] of items.ids.entries()) {
      const place = known?.items === items ? item : (known?.items.indexOf(id) ?? -1);
      const told = parts.get(id);
      for (const { row, weight } of told ? feature.entriesOf(told[f]!) : entriesAt(before, place)) {
        rows.push(row);
        weights.push(weight);
      }
      offsets[item + 1] = rows.length;
    }
    return { offsets, rows: Int32Array.from(rows), weights: Float32Array.from(weights) };
  });
}

/** The entries of one item; none of an item that is not there. */
export function* entriesAt(
  bags: Bags | undefined,
  item: number,
): Generator<{ row: number; weight: number }> {
  if (!bags || item < 0 || item + 1 >= bags.offsets.length) return;
  for (let k = bags.offsets[item]!; k < bags.offsets[item + 1]!; ++k) {
    yield { row: bags.rows[k]!, weight: bags.weights[k]! };
  }
}

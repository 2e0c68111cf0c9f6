/** Features of the items of a model, from records: at creation, and of new items later. */

import { checkList } from "../../checks.js";
import type { ItemRecord } from "../../data/features.js";
import { type DescribedItems, ItemFeatures } from "../../data/item-features.js";
import type { Items } from "../../data/items.js";
import { ConfigError, words } from "../../errors.js";
import type { ResolvedTowerOptions } from "./options.js";

/** @throws ConfigError when records do not fit the features, or the model has no features */
export function describedBy(
  items: Items,
  { features }: ResolvedTowerOptions,
  records: Iterable<ItemRecord>,
): ItemFeatures | undefined {
  if (Object.keys(features).length > 0) return ItemFeatures.from(items, features, records);
  checkNone(records);
  return undefined;
}

/** The same features with records of new items, and with new records of others; throws as `describedBy`. */
export function extendedBy(
  features: ItemFeatures | undefined,
  records: Iterable<ItemRecord>,
): DescribedItems | undefined {
  if (features) return features.extended(records);
  checkNone(records);
  return undefined;
}

/** The same features over another catalogue; throws as `describedBy`. */
export function describedOver(
  items: Items,
  features: ItemFeatures | undefined,
  records: Iterable<ItemRecord>,
): ItemFeatures | undefined {
  if (features) return features.over(items, records);
  checkNone(records);
  return undefined;
}

function checkNone(records: Iterable<ItemRecord>): void {
  checkList("records", records, "records");
  for (const _ of records) {
    const remedy = "Name the features in `features`.";
    throw new ConfigError("records", "none for a model without features", words("some"), remedy);
  }
}

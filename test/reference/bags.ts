/** Vectors of items with features as plain f64 loops: what the kernels and the step are held against. */

/** Weighted rows of a table, one list an item. */
export type Bag = readonly { readonly row: number; readonly weight: number }[];

export interface ReferenceFeature {
  /** f64[rows, size] */
  readonly table: Float64Array;
  readonly size: number;
  /** Of every item. */
  readonly bags: readonly Bag[];
}

export interface FeatureCase {
  /** f64[items, e] */
  readonly ids: Float64Array;
  readonly e: number;
  readonly features: readonly ReferenceFeature[];
  readonly combine: "sum" | "concatenate";
}

/** Columns of a vector, and the column where each feature begins. */
function placesOf({ e, features, combine }: FeatureCase): { width: number; places: number[] } {
  let width = e;
  const places = features.map(({ size }) => {
    if (combine === "sum") return 0;
    width += size;
    return width - size;
  });
  return { width, places };
}

/** The vectors of some items, f64[n, width]. */
export function itemVectors(given: FeatureCase, items: readonly number[]): Float64Array {
  const { width, places } = placesOf(given);
  const { ids, e, features } = given;
  const out = new Float64Array(items.length * width);
  for (const [n, item] of items.entries()) {
    for (let c = 0; c < e; ++c) out[n * width + c] = ids[item * e + c]!;
    for (const [f, { table, size, bags }] of features.entries()) {
      for (const { row, weight } of bags[item]!) {
        for (let c = 0; c < size; ++c) {
          out[n * width + places[f]! + c]! += weight * table[row * size + c]!;
        }
      }
    }
  }
  return out;
}

/** Gradients of all tables from those of the vectors, f64[n, width]. */
export function itemGradients(
  given: FeatureCase,
  items: readonly number[],
  d: Float64Array,
): { ids: Float64Array; features: Float64Array[] } {
  const { width, places } = placesOf(given);
  const { e } = given;
  const ids = new Float64Array(given.ids.length);
  const features = given.features.map(({ table }) => new Float64Array(table.length));
  for (const [n, item] of items.entries()) {
    for (let c = 0; c < e; ++c) ids[item * e + c]! += d[n * width + c]!;
    for (const [f, { size, bags }] of given.features.entries()) {
      for (const { row, weight } of bags[item]!) {
        for (let c = 0; c < size; ++c) {
          features[f]![row * size + c]! += weight * d[n * width + places[f]! + c]!;
        }
      }
    }
  }
  return { ids, features };
}

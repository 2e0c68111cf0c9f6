/** Makes an index of two towers: a copy of the query tower, and the vectors of the candidates. */

import type { Id } from "../../data/events.js";
import { Items } from "../../data/items.js";
import { ConfigError } from "../../errors.js";
import { pace } from "../../pause.js";
import type { ModelParts } from "../model-file.js";
import type { IndexParts } from "./index-format.js";
import { IndexInference } from "./index-inference.js";
import { piecesOf, type TowerInference } from "./inference.js";
import type { QueryTowerOptions } from "./query-options.js";
import { newIndex, type RetrievalIndex } from "./retrieval-index.js";

/**
 * @param towers their features are folded in; read in pieces, and must not change meanwhile
 * @param ids    of the candidates; all items where there are none
 * @throws ConfigError when an id is not among the items
 */
export async function indexOf(
  towers: TowerInference,
  parts: ModelParts<QueryTowerOptions>,
  ids: Iterable<Id> | undefined,
): Promise<RetrievalIndex> {
  const { items, options } = parts;
  const candidates = ids === undefined ? items : Items.from(ids);
  const rows = Int32Array.from(candidates.ids, (id) => items.indexOf(id));
  const unknown = rows.indexOf(-1);
  if (unknown >= 0) {
    const id = candidates.ids[unknown];
    throw new ConfigError("items", "only items that the model knows", id);
  }
  const weights = await IndexInference.create(options, items.size, candidates.size);
  const vectors = weights.tensors.at(-1)!;
  for (const [i, tensor] of towers.tensorsOf("query").entries()) {
    weights.write(weights.tensors[i]!, 0, towers.read(tensor, 0, tensor.rows));
  }
  let at = 0;
  for (const piece of piecesOf(rows)) {
    weights.write(vectors, at, towers.candidates(piece));
    at += piece.length;
    await pace();
  }
  const indexed: IndexParts = { ...parts, candidates };
  return newIndex(indexed, weights);
}

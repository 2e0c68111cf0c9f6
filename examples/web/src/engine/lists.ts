/** Lists of all items, to be taken away as a CSV. */

import { type GRU4Rec, recommendAll } from "gru4rec";

/** Visits whose lists are made at a time: others have their turn between. */
const BLOCK = 2048;

/** For each item the items that are likely to follow it: `item,rank,next,score`. */
export async function listsOf(model: GRU4Rec, count: number): Promise<Blob> {
  const { ids } = model.items;
  const parts: string[] = ["item,rank,next,score\n"];
  for (let begin = 0; begin < ids.length; begin += BLOCK) {
    const some = ids.slice(begin, begin + BLOCK);
    const lists = await recommendAll(
      model,
      some.map((id) => [id]),
      { count, threads: 0 },
    );
    for (const [i, list] of lists.entries()) {
      for (const [rank, { itemId, score }] of list.entries()) {
        parts.push(`${field(some[i]!)},${rank + 1},${field(itemId)},${score}\n`);
      }
    }
  }
  return new Blob(parts, { type: "text/csv" });
}

function field(id: unknown): string {
  const text = String(id);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Item ids as people type them, found in a model's catalogue. */
import type { Id, Items } from "../index.js";

/** The catalogue's id that `text` names, in whatever spelling; undefined where it holds none. */
function findId(items: Items, text: string): Id | undefined {
  const found = items.has(text) ? text : text.trim();
  return items.has(found) ? items.spelt(found) : undefined;
}

/**
 * The known ids among `texts`, in order, the unknown ones, and all of them. Each text is one id if the
 * catalogue has it whole, else a list between commas.
 */
export function findIds(
  items: Items,
  texts: readonly string[],
): { readonly known: Id[]; readonly unknown: string[]; readonly all: Id[] } {
  const known: Id[] = [];
  const unknown: string[] = [];
  const all: Id[] = [];
  for (const text of texts) {
    const parts = findId(items, text) === undefined ? text.split(",") : [text];
    for (const part of parts) {
      const id = findId(items, part);
      if (id === undefined) unknown.push(part);
      else known.push(id);
      all.push(id ?? part);
    }
  }
  return { known, unknown, all };
}

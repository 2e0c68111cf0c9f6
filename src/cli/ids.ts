/** Item ids as people type them, found in a model's catalogue. */
import type { Id, Items } from "../index.js";

/**
 * The catalogue's id that `text` names, or undefined: the string itself, else the number or bigint that it
 * spells. Click logs give strings; a model made in a program may hold numbers.
 */
export function findId(items: Items, text: string): Id | undefined {
  if (items.has(text)) return text;
  const trimmed = text.trim();
  if (items.has(trimmed)) return trimmed;
  if (!/^-?\d/.test(trimmed)) return undefined;
  const number = Number(trimmed);
  if (Number.isFinite(number) && items.has(number)) return number;
  if (!/^-?\d+$/.test(trimmed)) return undefined;
  const big = BigInt(trimmed);
  return items.has(big) ? big : undefined;
}

/**
 * The known ids among `texts`, in order, and the unknown ones. Each text is one id if the catalogue has it
 * whole, else a list between commas.
 */
export function findIds(
  items: Items,
  texts: readonly string[],
): { readonly known: Id[]; readonly unknown: string[] } {
  const known: Id[] = [];
  const unknown: string[] = [];
  for (const text of texts) {
    const parts = findId(items, text) === undefined ? text.split(",") : [text];
    for (const part of parts) {
      const id = findId(items, part);
      if (id === undefined) unknown.push(part);
      else known.push(id);
    }
  }
  return { known, unknown };
}

/** Item ids as people type them, found in a model's catalogue. */
import { GRU4Rec, type Id, type Items } from "../index.js";
import { formatCounted } from "./format.js";
import type { AnyModel, Report } from "./report.js";

/** The flags that name a visit, and what may be recommended after it. */
export type VisitFlag = "--items" | "--exclude" | "--only";

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

/**
 * The ids of a flag that the model knows. Unknown items are skipped and counted on standard error; that is no
 * failure. Towers with a row for unknown items read that row for each of them.
 */
export function knownIds(
  report: Report,
  model: AnyModel,
  flag: VisitFlag,
  texts: readonly string[],
): Id[] {
  const candidates = "candidates" in model ? model.candidates : model.items;
  const isVisit = flag === "--items";
  const { known, unknown, all } = findIds(isVisit ? model.items : candidates, texts);
  const isRead = isVisit && !(model instanceof GRU4Rec) && model.options.padding === "unmasked";
  if (unknown.length > 0) {
    const few = unknown.slice(0, 5).join(", ") + (unknown.length > 5 ? ", …" : "");
    const count = formatCounted(unknown.length, "unknown item");
    const none = known.length === 0 ? "; none is known" : "";
    const fate = isRead
      ? `${count} read as the unknown one of the towers`
      : `skipped ${count} that the model was not trained on`;
    report.note(`${flag}: ${fate} (${few})${none}.`);
  }
  return isRead ? all : known;
}

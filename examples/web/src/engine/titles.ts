/** Names of items, out of a second file: what it calls them, and the first of their genres. */

import { readTitles } from "gru4rec";
import type { LogFacts } from "./protocol.js";

export async function titlesFor(
  file: File,
  { ids }: LogFacts,
): Promise<{ names: string[]; categories?: string[]; found: number }> {
  const titles = await readTitles(file);
  const byId = new Map(titles.map((title) => [String(title.id), title]));
  const found = ids.filter((id) => byId.has(id)).length;
  const names = ids.map((id) => byId.get(id)?.title ?? id);
  const genres = ids.map((id) => byId.get(id)?.genres?.[0] ?? "");
  const hasGenres = genres.some(Boolean);
  return { names, found, ...(hasGenres && { categories: genres }) };
}

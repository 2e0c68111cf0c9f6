/** Items whose names are spelled nearly as a query that no name holds. Loaded when there is such a query. */

import { mostOf } from "./most.js";

/** Of many items the most clicked are looked through: it has to be over before the next letter. */
const MOST = 5000;
const SHOWN = 3;
/** The least share of three letters in a row that both have. */
const LEAST = 0.34;

export function near(query: string, names: readonly string[], support: Int32Array): number[] {
  const wanted = triples(query);
  const likes = mostOf(support, MOST).map((item) => {
    const others = triples(names[item]!);
    let shared = 0;
    for (const one of wanted) if (others.has(one)) shared++;
    return { item, share: shared / wanted.size };
  });
  return likes
    .filter(({ share }) => share >= LEAST)
    .sort((a, b) => b.share - a.share)
    .slice(0, SHOWN)
    .map(({ item }) => item);
}

/** Three letters in a row of each word; its begin and end count as letters. */
function triples(text: string): Set<string> {
  const found = new Set<string>();
  for (const word of text.toLowerCase().split(/[^\p{L}\p{N}]+/u)) {
    const padded = ` ${word} `;
    for (let i = 0; word && i + 3 <= padded.length; ++i) found.add(padded.slice(i, i + 3));
  }
  return found;
}

/** What a visitor does: clicks, takes clicks back, leaves items out, looks at why. */

import { ask } from "./ask.js";
import { engine } from "./engine.js";
import { late } from "./late.js";
import { change, now } from "./state.js";

/** Clicks of a visit that the page shows. */
const LONGEST = 12;

/** Visits before, for Undo. */
const past: { visit: readonly number[]; exclude: readonly number[] }[] = [];
let helds = 0;

function move(visit: readonly number[], exclude: readonly number[] = now().exclude): void {
  past.push({ visit: now().visit, exclude: now().exclude });
  set(visit, exclude);
}

function set(visit: readonly number[], exclude: readonly number[]): void {
  const none = { looked: undefined, without: undefined, popover: undefined };
  change({ visit, exclude, ...none, held: undefined, query: "", isSearching: false });
  void ask();
}

export function click(item: number): void {
  move([...now().visit, item].slice(-LONGEST));
}

export function takeBack(place: number): void {
  move(now().visit.filter((_, i) => i !== place));
}

export function undo(): void {
  const last = past.pop();
  if (last) set(last.visit, last.exclude);
}

export function clear(): void {
  move([]);
}

export function leaveOut(item: number): void {
  move(now().visit, [...now().exclude, item]);
}

export function takeIn(item?: number): void {
  move(now().visit, item === undefined ? [] : now().exclude.filter((one) => one !== item));
}

/** A visit that was kept aside from training. */
export async function fromLog(): Promise<void> {
  const held = await engine.call("held", helds++);
  if (!held) return;
  move(held.clicks);
  change({ held });
}

/** The pointer or the focus is on a click: what would be without it. */
export async function look(place: number | undefined): Promise<void> {
  const { visit, exclude } = now();
  if (place === undefined || visit.length < 2)
    return change({ looked: undefined, without: undefined });
  change({ looked: place });
  const without = await engine.call(
    "ask",
    visit.filter((_, i) => i !== place),
    exclude,
    false,
  );
  if (now().looked === place && now().visit === visit) change({ without });
}

export async function openItem(item: number): Promise<void> {
  if (now().popover?.item === item) return change({ popover: undefined });
  change({ popover: { item, similar: [] } });
  const similar = await engine.call("similar", item);
  if (now().popover?.item === item) change({ popover: { item, similar } });
}

const SHOWN = 8;
const others = late(() => import("./near.js"));

export interface Found {
  readonly items: readonly number[];
  /** No name or id holds the query: these are spelled nearly so. */
  readonly isNear: boolean;
}
let last: (Found & { query: string; names: readonly string[] }) | undefined;

/** Items whose name or id holds all words of the query, the most clicked first; else those spelled nearly so. */
export function search(query: string): Found {
  const { names, facts } = now();
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 || !facts) return { items: [], isNear: false };
  if (last?.query === query && last.names === names) return last; // the page is drawn oftener than one types
  const found: number[] = [];
  for (let item = 0; item < names.length; ++item) {
    const text = `${names[item]} ${facts.ids[item]}`.toLowerCase();
    if (words.every((word) => text.includes(word))) found.push(item);
  }
  found.sort((a, b) => facts.support[b]! - facts.support[a]!).splice(SHOWN);
  const isNear = found.length === 0;
  const part = isNear ? others() : undefined;
  const items = part ? part.near(query, names, facts.support) : found;
  if (part || !isNear) last = { query, names, items, isNear };
  return { items, isNear };
}

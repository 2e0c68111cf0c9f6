/** What `update` reads beside the clicks, and what it tells of them. */
import { readFile } from "node:fs/promises";
import {
  type GRU4Rec,
  type Id,
  type ItemRecord,
  Items,
  type RecordOptions,
  type Sessions,
  type TowerOptions,
  type TwoTowers,
} from "../index.js";
import { CommandError, EXIT_USAGE } from "./errors.js";
import { recordsFor } from "./features.js";
import { type Given, pickOptions } from "./flags.js";
import { formatCounted } from "./format.js";
import { findIds } from "./ids.js";
import type { Report } from "./output.js";
import { RECORD_READING } from "./tower-options.js";
import { OF_TOWERS } from "./update-options.js";

/** What can be trained on. */
export type Model = GRU4Rec | TwoTowers;

/** Tells of clicks that the model may have been trained on already. */
export function noteOld({ times, events }: Sessions, { training }: Model, report: Report): void {
  const last = training?.lastTime;
  if (last === undefined) return;
  const old = times.reduce((count, time) => count + (time <= last ? 1 : 0), 0);
  if (old === 0) return;
  const count = old === events ? "All" : `${formatCounted(old, "event")} of ${events}`;
  report.note(`${count} are not later than the last that the model was trained on.`);
}

/** The known ones of the items that a file names. */
export async function dropped(path: string, items: Items, report: Report): Promise<Id[]> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const found = cause.code === "ENOENT" ? "no such file" : cause.message;
    throw new CommandError(`--drop ${path}: expected a file to read, got ${found}`, EXIT_USAGE);
  });
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  const { known, unknown } = findIds(items, lines);
  if (unknown.length > 0) {
    const few = unknown.slice(0, 5).join(", ") + (unknown.length > 5 ? ", …" : "");
    report.note(
      `--drop: skipped ${formatCounted(unknown.length, "item")} that the model does not know (${few}).`,
    );
  }
  return known;
}

/** Records of items of the model and of the new clicks. */
export async function recordsOf(
  model: Model,
  items: Items,
  given: Given,
  report: Report,
  signal: AbortSignal,
): Promise<ItemRecord[]> {
  const { features = {} } = model.options as TowerOptions;
  const flags = pickOptions(
    { records: OF_TOWERS.records!, recordsItemColumn: OF_TOWERS.recordsItemColumn! },
    given,
  );
  const reading = pickOptions(RECORD_READING, given) as Pick<RecordOptions, "strict">;
  const all = Items.from(new Set([...model.items.ids, ...items.ids]));
  return (await recordsFor(all, { ...flags, reading }, features, report, signal)) ?? [];
}

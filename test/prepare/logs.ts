/** Logs to prepare, and files that were prepared. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sessions } from "../../src/data/sessions.js";
import { readSessions } from "../../src/node.js";
import type { Rules } from "../../src/prepare/plan.js";
import { type Prepared, type PrepareOptions, prepare } from "../../src/prepare/prepare.js";
import type { RawClick } from "../reference/preparation.js";

const GIGABYTE = 1e9;

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "gru4rec-prepare-"));
}

export function fileIn(folder: string, name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** CSV of clicks, the columns as `ReadOptions` names them. */
export function csvOf(clicks: readonly RawClick[]): string {
  const rows = clicks.map(({ visitor, item, seconds, tie, kept }) => {
    return [quoted(visitor), quoted(item), seconds, tie ?? "", kept ? "view" : "other"].join(",");
  });
  return `${["visit,item,time,tie,event", ...rows].join("\n")}\n`;
}

function quoted(id: number | string): string {
  return /[",\n]/.test(String(id)) ? `"${String(id).replaceAll('"', '""')}"` : String(id);
}

export const RULES: Rules = {
  filters: { minLength: 1, minSupport: 1, filterOnce: false, repeats: "none" },
  roles: ["train"],
};

export async function prepared(
  paths: readonly string[],
  folder: string,
  options: Partial<PrepareOptions> = {},
): Promise<Prepared> {
  return prepare(paths, {
    reading: {},
    rules: RULES,
    memory: GIGABYTE,
    pathOf: (role) => join(folder, `${role}.parquet`),
    signal: undefined,
    watch: () => {},
    ...options,
  });
}

/** `session: item@time …`, as the reference shows sets. */
export async function shownFile(path: string): Promise<string[]> {
  return shownSessions(await readSessions(path));
}

export function shownSessions(sessions: Sessions): string[] {
  const { sessionIds, offsets, itemIndices, items, times } = sessions;
  const lines = sessionIds.map((session, s) => {
    const events: string[] = [];
    for (let row = offsets[s]!; row < offsets[s + 1]!; ++row) {
      events.push(`${items.idOf(itemIndices[row]!)}@${times[row]}`);
    }
    return `${session}: ${events.join(" ")}`;
  });
  return lines.sort();
}

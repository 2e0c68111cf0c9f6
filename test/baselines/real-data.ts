/** The public click logs that some tests measure on; they are not part of the project. */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { Sessions } from "../../src/data/sessions.js";

const folder =
  process.env.GRU4REC_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Whether the log is there, e.g. `"diginetica"`. */
export function hasLog(name: string): boolean {
  return existsSync(`${folder}/${name}/train.tsv.gz`);
}

/** Its sessions of one part; item ids stay text. */
export function readLog(name: string, part: "train" | "test"): Sessions {
  const text = gunzipSync(readFileSync(`${folder}/${name}/${part}.tsv.gz`)).toString();
  const sessionId: number[] = [];
  const itemId: string[] = [];
  const time: number[] = [];
  for (const line of text.trimEnd().split("\n").slice(1)) {
    const [session, item, at] = line.split("\t");
    sessionId.push(Number(session));
    itemId.push(item!);
    time.push(Number(at));
  }
  return Sessions.from({ sessionId, itemId, time });
}

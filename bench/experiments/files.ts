/** The files of the logs of the experiments, where they lie. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { words } from "../../src/errors.js";
import { ConfigError, readSessions, type Sessions } from "../../src/index.js";
import { LOGS, type LogName, readingOf, type Split, splitLog } from "./logs.js";

/** A log in parts, and what it was read from. */
export interface SplitLog extends Split {
  /** Hash of each file. */
  readonly data: Readonly<Record<string, string>>;
}

/** @throws ConfigError naming the first file that is not there, and where users get it */
export function checkLog(name: LogName, folder: string): void {
  const { files, from } = LOGS[name];
  for (const file of files) {
    const path = join(folder, file);
    if (existsSync(path)) continue;
    const remedy = `${from} Say with --data, or with GRU4REC_DATA, in which folder the logs are.`;
    throw new ConfigError(path, `a file of ${name}`, words("none"), remedy);
  }
}

/** @throws ConfigError as `checkLog` does; FormatError naming the file and the place in it */
export async function readLog(name: LogName, folder: string): Promise<SplitLog> {
  checkLog(name, folder);
  const data: Record<string, string> = {};
  const read: Sessions[] = [];
  for (const file of LOGS[name].files) {
    const path = join(folder, file);
    const bytes = await readFile(path);
    data[file] = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    read.push(await readSessions(bytes, { ...readingOf(name), name: path }));
  }
  return { ...splitLog(name, read), data };
}

/** A public log that others split by the script for RSC15: put together again, it comes apart as it did. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSessions } from "../../src/node.js";
import { PRESETS } from "../../src/prepare/presets.js";
import { newFolder, prepared, RULES, shownFile, shownSessions } from "./logs.js";

const FOLDER = join(process.env.GRU4REC_DATA ?? "../shared/data", "rsc15_100k");
const isThere = existsSync(FOLDER);
if (!isThere) console.log(`Skipped a real click log: no folder ${FOLDER} (set GRU4REC_DATA).`);

test.skipIf(!isThere)("the last day of rsc15_100k is the one that was published", async () => {
  const logs = ["train", "test"].map((part) => join(FOLDER, `${part}.tsv.gz`));
  const { split } = PRESETS.rsc15!.rules;
  if (split?.by !== "sessions") throw new Error("rsc15 is cut between sessions");
  const { validation: _, ...lastDay } = split;
  const rules = { ...RULES, split: lastDay, roles: ["train", "test"] } as const;
  const { files } = await prepared(logs, newFolder(), { rules });
  expect(files.map(({ events }) => events)).toEqual([70_278, 13_568]);
  for (const [i, { path }] of files.entries()) {
    expect(await shownFile(path)).toEqual(shownSessions(await readSessions(logs[i]!)));
  }
});

/** Leave-one-out on published files of sequences, read as they are: the figures of a first-order Markov chain. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { evaluate, markov, readSessions, splitLeaveOneOut } from "../../src/index.js";

const DATA = process.env.GRU4REC_DATA ?? "../shared/data";
const isThere = existsSync(join(DATA, "amazon-beauty"));
if (!isThere) {
  console.log(`Skipped the sequences of users: none in the folder ${DATA} (set GRU4REC_DATA).`);
}

describe.skipIf(!isThere)("leave-one-out on sequences", () => {
  test.each([
    ["amazon-beauty", 22_363, 187, 0.0511, 0.0346],
    ["amazon-sports", 35_598, 432, 0.0254, 0.0169],
    ["ml-1m-sequences", 6_040, 0, 0.1752, 0.1008],
  ])(
    "%s: %d users are asked, %d of them for or after what is unknown; Recall@10 %d, NDCG@10 %d",
    { timeout: 120_000 },
    async (folder, users, missed, recall, ndcg) => {
      const name = join(DATA, folder, "sequences.txt.gz");
      const log = await readSessions(await readFile(name), { format: "sequences", name });
      const { train, test } = splitLeaveOneOut(log);
      const chain = markov(train, { successors: "all", scores: "counts", rest: "none" });
      const options = { lastOnly: true, unknown: "miss", ties: "conservative" } as const;
      const found = await evaluate(chain, test, { ...options, cutoffs: [10] });
      expect([found.events, found.sessions, found.missedEvents]).toEqual([users, users, missed]);
      expect(found.recall[10]!.toFixed(4)).toBe(recall.toFixed(4));
      expect(found.ndcg[10]!.toFixed(4)).toBe(ndcg.toFixed(4));
    },
  );
});

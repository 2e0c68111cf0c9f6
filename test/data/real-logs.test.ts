import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSessions } from "../../src/data/readers.js";
import { splitByTime } from "../../src/data/split.js";

const DATA = process.env.GRU4REC_DATA ?? "../shared/data";
const isThere = existsSync(DATA);
if (!isThere) console.log(`Skipped the real click logs: no folder ${DATA} (set GRU4REC_DATA).`);

async function read(file: string) {
  return readSessions(await readFile(join(DATA, file)), { name: file });
}

describe.skipIf(!isThere)("the real click logs", () => {
  test.each([
    ["yoochoose1_64/train.tsv.gz", 486_026, 116_167, 17_376],
    ["yoochoose1_64/test.tsv.gz", 71_222, 15_324, undefined],
    ["diginetica/train.tsv.gz", 906_140, 186_670, 43_097],
    ["diginetica/test.tsv.gz", 76_821, 15_963, undefined],
    ["rsc15_100k/train.tsv.gz", 70_278, 17_794, 2_933],
    ["rsc15_100k/test.tsv.gz", 13_568, 3_416, undefined],
    ["serenade_example/train.tsv.gz", 113_601, 23_753, 18_009],
    ["serenade_example/valid.tsv.gz", 1_451, 330, undefined],
    ["serenade_example/test.tsv.gz", 1_233, 302, undefined],
    ["globo/events.tsv.gz", 2_988_181, 1_048_594, 46_033],
    ["ml-100k/events.tsv.gz", 100_000, 943, 1_682],
    ["ml-1m-first2999users/events.tsv.gz", 487_650, 2_999, 3_615],
  ])("%s holds %d events in %d sessions", async (file, events, sessions, items) => {
    const log = await read(file);
    expect([log.events, log.length]).toEqual([events, sessions]);
    if (items !== undefined) expect(log.items.size).toBe(items);
    expect(log.sessionIds.every((id) => typeof id === "number")).toBe(true);
  });

  test("hold 369 items of yoochoose1_64 in the test only", async () => {
    const [train, test] = await Promise.all(
      ["train", "test"].map((part) => read(`yoochoose1_64/${part}.tsv.gz`)),
    );
    const unknown = test!.items.ids.filter((id) => !train!.items.has(id));
    expect(unknown.length).toBe(369);
  });

  test("are split by time into training before and test after one moment", async () => {
    const log = await read("rsc15_100k/train.tsv.gz");
    const { train, test, time } = splitByTime(log, { testSeconds: 86_400 });
    expect(train.times.every((t) => t < time)).toBe(true);
    expect(test.times.every((t) => t >= time)).toBe(true);
    expect(train.length + test.length).toBeLessThanOrEqual(log.length);
    expect(Math.max(...test.times) - Math.min(...test.times)).toBeLessThanOrEqual(86_400);
  });
});

/** A log that was prepared holds the same sessions as one that is read, filtered and split in memory. */

import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { filterSessions } from "../../src/data/filter.js";
import type { ReadOptions } from "../../src/data/read/options.js";
import { readSessions } from "../../src/data/readers.js";
import { recentSessions } from "../../src/data/recent.js";
import type { Sessions } from "../../src/data/sessions.js";
import { splitByTime } from "../../src/data/split.js";
import { ConfigError } from "../../src/errors.js";
import type { Rules } from "../../src/prepare/plan.js";
import { fileIn, newFolder, prepared, RULES, shownFile, shownSessions } from "./logs.js";

/** Prepares the log, and compares it with what is made in memory; refusals are the same, too. */
async function both(
  log: string | Uint8Array,
  reading: ReadOptions,
  rules: Rules,
  inMemory: (sessions: Sessions) => Readonly<Record<string, Sessions>>,
): Promise<void> {
  const folder = newFolder();
  const path = fileIn(folder, "log", log);
  const work = prepared([path], folder, { reading, rules });
  const sessions = await readSessions(log, { ...reading, name: path });
  let expected: Readonly<Record<string, Sessions>>;
  try {
    expected = inMemory(sessions);
  } catch {
    await expect(work).rejects.toThrow(ConfigError);
    return;
  }
  const { files, report } = await work;
  expect(report).toEqual(sessions.report);
  const sets: Record<string, string[]> = {};
  for (const { role, path } of files) sets[role] = await shownFile(path);
  const shown = Object.entries(expected).map(([role, set]) => [role, shownSessions(set)]);
  expect(sets).toEqual(Object.fromEntries(shown));
}

type Given = { minSupport: number; minLength?: number; filterOnce?: boolean };

const ROWS = [
  ["7", "tent", "2024-05-01T10:00:00Z", "view"],
  ["7", " stove ", "2024-05-01T10:20:00.5Z", "view"],
  ["8", 'a "big" one, red', "2024-05-01T10:00:00Z", "cart"],
  ["7", "", "2024-05-01T10:21:00Z", "view"],
  ["", "tent", "2024-05-01T10:22:00Z", "view"],
  ["7", "tent", "2024-05-01T11:00:00+01:00", "view"],
  ["8", "é\tü\u{1F600}", "2024-05-01T10:59:00Z", "view"],
  ["8", "00012", "2024-05-01T23:59:00Z", "view"],
] as const;
const HEADER = ["userId", "product", "clicked_at", "action"];
const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const lines = [HEADER, ...ROWS].map((row) => `${row.map(quote).join(";")}\r\n`).join("");

describe("a log that is prepared", () => {
  test.each<[string, string | Uint8Array, ReadOptions]>([
    ["delimited text", lines, {}],
    ["gzip", new Uint8Array(gzipSync(lines)), { events: ["view"] }],
    ["UTF-16", new Uint8Array(Buffer.from(`\ufeff${lines}`, "utf16le")), { gap: 60 }],
    [
      "lines of JSON",
      ROWS.map((row) => JSON.stringify(Object.fromEntries(row.map((v, i) => [HEADER[i], v])))).join(
        "\n",
      ),
      { gap: "none" },
    ],
    [
      "Parquet",
      new Uint8Array(
        parquetWriteBuffer({
          columnData: HEADER.map((name, i) => ({
            name,
            data: ROWS.map((row) => row[i]!),
            type: "STRING",
          })),
        }),
      ),
      { gap: "none", events: ["view", "cart"] },
    ],
  ])("as %s is what is read of it, and so is its report", async (_, log, reading) => {
    await both(log, reading, RULES, (train) => ({ train }));
  });

  test("of large and odd ids keeps them all apart", async () => {
    const ids = [
      "9007199254740991",
      "9007199254740992",
      "9007199254740993",
      "-7",
      "007",
      "+7",
      "7",
      "7.0",
      "1e3",
      "NULL",
      "x".repeat(5000),
    ];
    const rows = ids.map((id, i) => `${id},${id},${i}.0000001`);
    const log = `sid,item,ts\n${rows.join("\n")}\n`;
    await both(log, { timeUnit: "seconds" }, RULES, (train) => ({ train }));
    const numbers = ids.filter((id) => /^-?\d{1,16}$/.test(id) && String(Number(id)) === id);
    const few = numbers.filter((id) => Number.isSafeInteger(Number(id)));
    await both(
      `sid,item,ts\n${few.map((id) => `${id},${id},5`).join("\n")}\n`,
      {},
      RULES,
      (train) => ({ train }),
    );
  });

  test("by any flags is what they make in memory", async () => {
    const clicks = fc.array(
      fc.record({
        s: fc.integer({ min: 1, max: 20 }),
        i: fc.integer({ min: 1, max: 6 }),
        t: fc.integer({ min: 1, max: 99 }),
      }),
      { minLength: 80, maxLength: 120, size: "max" },
    );
    const flags = fc.record({
      filter: fc.constantFrom({}, { dropRepeats: true }, { dropAllRepeats: true }),
      minimum: fc.constantFrom(
        {},
        { minSupport: 9 },
        { minLength: 4 },
        { minSupport: 12, minLength: 3 },
        { minSupport: 12, minLength: 3, filterOnce: true },
      ),
      test: fc.constantFrom({ testSeconds: 30 }, { testSeconds: 29.3 }, { testSessions: 3 }),
      validation: fc.constantFrom({}, { validationSeconds: 20 }, { validationSessions: 2 }),
      whole: fc.boolean(),
      lastPart: fc.constantFrom(1, 0.4, 0.145),
    });
    await fc.assert(
      fc.asyncProperty(clicks, flags, async (log, drawn) => {
        const { filter, minimum, test: held, validation, whole, lastPart } = drawn;
        const {
          minSupport = 1,
          minLength = 1,
          filterOnce = false,
        } = { minSupport: 1, ...minimum } as Given;
        const size = (all: Readonly<Record<string, number>>) => {
          const [[name = "", value = 0] = []] = Object.entries(all);
          return name.endsWith("Seconds") ? { seconds: value } : { sessions: value };
        };
        const isHeld = Object.keys(validation).length > 0;
        const rules: Rules = {
          filters: {
            ...{ minSupport, minLength, filterOnce },
            repeats: "dropRepeats" in filter ? "next" : "dropAllRepeats" in filter ? "all" : "none",
          },
          split: {
            by: whole ? "sessions" : "time",
            test: size(held),
            ...(isHeld && { validation: size(validation) }),
          },
          recent: { part: lastPart },
          roles: isHeld ? ["train", "validation", "test"] : ["train", "test"],
        };
        const text = `sid,item,ts\n${log.map(({ s, i, t }) => `${s},${i},${t}`).join("\n")}\n`;
        await both(text, {}, rules, (sessions) => {
          const options = { ...filter, ...minimum };
          const left =
            Object.keys(options).length > 0 ? filterSessions(sessions, options) : sessions;
          const split = splitByTime(left, { ...held, ...validation, whole } as never);
          const train = recentSessions(split.train, { lastPart });
          return {
            train,
            test: split.test,
            ...(split.validation && { validation: split.validation }),
          };
        });
      }),
      { numRuns: 25, seed: 5, endOnFailure: true },
    );
  });
});

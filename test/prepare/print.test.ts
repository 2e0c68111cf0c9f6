/** The SQL that is printed, run as it stands, makes the tables that `prepare` writes. */

import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import type { ReadOptions } from "../../src/data/read/options.js";
import type { Rules } from "../../src/prepare/plan.js";
import { PRESETS } from "../../src/prepare/presets.js";
import { printedSql } from "../../src/prepare/print.js";
import { fileIn, newFolder, prepared, shownFile } from "./logs.js";

const DAY = 86_400;

/** Runs what was printed on a table `log`; the last statements show the tables. */
async function shown(sql: string, log: string): Promise<string[][]> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`CREATE TABLE log AS ${log}`);
  const sets: string[][] = [];
  for (const part of sql.split("\n\n")) {
    const isRepeated = part.startsWith("-- In turns");
    const statements = part.split(/;\n?/).filter((one) => one.trim() !== "");
    for (let changed = 1; changed > 0; ) {
      for (const statement of statements) {
        const rows = (await connection.runAndReadAll(statement)).getRows();
        changed = isRepeated ? Number(rows[0]?.[0]) : 0;
        if (/^(--.*\n)*SELECT/.test(statement)) sets.push(lines(rows));
      }
    }
  }
  connection.closeSync();
  return sets;
}

function lines(rows: readonly unknown[][]): string[] {
  const sessions = new Map<string, string[]>();
  for (const [session, item, seconds] of rows) {
    const own = sessions.get(String(session)) ?? [];
    own.push(`${item}@${Number(seconds)}`);
    sessions.set(String(session), own);
  }
  return Array.from(sessions, ([session, events]) => `${session}: ${events.join(" ")}`).sort();
}

/** 60 visitors who walk through 9 items, with repeats, for three weeks before `end`. */
function walks(end: number): { visitor: number; item: number; seconds: number }[] {
  return Array.from({ length: 60 }, (_, visitor) => {
    const start = end - 21 * DAY + ((visitor * 30_011) % (21 * DAY - 9000));
    return Array.from({ length: 2 + (visitor % 5) }, (_, k) => {
      const item = 1 + ((visitor + (k >> (visitor % 2))) % 9);
      return { visitor, item, seconds: start + k * 1300 };
    });
  }).flat();
}

const written = async (text: string, options: { reading: ReadOptions; rules: Rules }) => {
  const folder = newFolder();
  const { files } = await prepared([fileIn(folder, "log.csv", text)], folder, options);
  return Promise.all(files.map(({ path }) => shownFile(path)));
};

describe("printed SQL", () => {
  const csv = (header: string, rows: readonly string[]): string =>
    `${[header, ...rows].join("\n")}\n`;

  test("prepares a table of numbers like the file", async () => {
    const rules: Rules = {
      filters: { minLength: 2, minSupport: 8, filterOnce: false, repeats: "all" },
      split: { by: "time", test: { sessions: 5 }, validation: { seconds: DAY } },
      recent: { part: 0.5 },
      roles: ["train", "validation", "test"],
    };
    const reading: ReadOptions = { userColumn: "who", itemColumn: "item", timeUnit: "seconds" };
    const rows = walks(1_600_000_000).map(({ visitor, item, seconds }) => [visitor, item, seconds]);
    const text = csv(
      "who,item,Time",
      rows.map((row) => row.join(",")),
    );
    const values = rows.map((row) => `(${row.join(", ")})`).join(", ");
    const log = `SELECT * FROM (VALUES ${values}) AS t("who", "item", "Time")`;
    expect(await shown(printedSql(reading, rules), log)).toEqual(
      await written(text, { reading, rules }),
    );
  });

  test.each(["retailrocket", "rees46", "rsc15", "movielens"])(
    "of %s makes its tables",
    async (name) => {
      const { reading, rules, table } = PRESETS[name]!;
      const isNamed = typeof reading.itemColumn === "string";
      const isNumber = (reading.timeUnit ?? table?.timeUnit) !== undefined;
      const end = name === "rees46" ? 1_575_158_400 : 1_442_545_200;
      const rows = walks(end).map(({ visitor, item, seconds }, i) => {
        const time = new Date(1000 * seconds)
          .toISOString()
          .replace("T", " ")
          .replace(".000Z", " UTC");
        const number = reading.timeUnit === "milliseconds" ? 1000 * seconds : seconds;
        const kind = i % 11 === 10 ? "cart" : "view";
        return { visitor, item, time: isNumber ? number : time, kind };
      });
      const order = (row: (typeof rows)[number]): unknown[] =>
        name === "rsc15"
          ? [row.visitor, row.time, row.item]
          : [row.visitor, row.item, isNamed ? row.kind : 5, row.time];
      const named = [
        reading.userColumn,
        reading.itemColumn,
        reading.eventColumn,
        reading.timeColumn,
      ];
      const values = rows
        .map(order)
        .map((row) => row.map((v) => (typeof v === "number" ? v : `'${v}'`)));
      const columns = values[0]!.map((_, i) => `"${isNamed ? named[i] : `column${i}`}"`).join(", ");
      const log = `SELECT * FROM (VALUES ${values.map((row) => `(${row.join(", ")})`).join(", ")}) AS t(${columns})`;
      const text = rows.map((row) => order(row).join(",")).join("\n");
      const file = isNamed ? `${named.join(",")}\n${text}\n` : `${text}\n`;
      const options = { reading: { ...reading, ...(!isNamed && { header: false }) }, rules };
      const sets = await shown(printedSql({ ...table, ...reading }, rules), log);
      expect(sets).toEqual(await written(file, options));
      expect(sets.length).toBe(rules.roles.length);
    },
  );
});

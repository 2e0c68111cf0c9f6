/** The database ends when it is told to, and says in words what the machine lacks. */

import { describe, expect, test } from "vitest";
import { Database } from "../../src/prepare/database.js";
import { newFolder } from "./logs.js";

const ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b";

describe("a statement", () => {
  test("is interrupted by the signal, whose reason is thrown", async () => {
    const stop = new AbortController();
    const options = { folder: newFolder(), memory: 1e9, signal: stop.signal };
    const database = await Database.open(options);
    const reason = new Error("enough");
    setTimeout(() => stop.abort(reason), 300);
    await expect(database.run(ENDLESS)).rejects.toBe(reason);
    await expect(database.run("SELECT 1")).rejects.toBe(reason);
    database.close();
  });

  test("tells how far it is, and what it wrote", async () => {
    const database = await Database.open({ folder: newFolder(), memory: 1e9, signal: undefined });
    const shares: number[] = [];
    const sql = "CREATE TABLE t AS SELECT md5(range::VARCHAR) AS h FROM range(300000)";
    expect(await database.run(sql, (done) => shares.push(done))).toEqual([[300_000]]);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(await database.run("DELETE FROM t WHERE h < '8'")).toEqual([[expect.any(Number)]]);
    database.close();
  });

  test("that needs more memory than there is names the option", async () => {
    const database = await Database.open({ folder: newFolder(), memory: 5e8, signal: undefined });
    await database.run("SET temp_directory = ''");
    const sql = "SELECT count(*) FROM (SELECT DISTINCT md5(range::VARCHAR) FROM range(20000000))";
    await expect(database.run(sql)).rejects.toThrow(
      "memory: expected enough for this log, got too little. Raise `memory`",
    );
    database.close();
  });

  test("that is wrong is an error of few words", async () => {
    const database = await Database.open({ folder: newFolder(), memory: 5e8, signal: undefined });
    const error = await database.run(`SELECT ${"x".repeat(1000)}`).catch((e: Error) => e);
    expect((error as Error).message).toMatch(/^DuckDB: Binder Error/);
    expect((error as Error).message.length).toBeLessThan(220);
    database.close();
  });
});

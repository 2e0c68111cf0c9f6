/** `gru4rec prepare` as it is run: what it writes, what it refuses, and how it ends before its time. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder, QUICK } from "./children.js";

const clicks = newFile("clicks.tsv", cycleClicks(200, 20));

describe("gru4rec prepare", () => {
  test("writes a file that train, evaluate and prepare read at once", async () => {
    const folder = newFolder();
    const output = join(folder, "clicks.parquet");
    const rules = ["--min-support", "5", "--min-length", "2", "--test-sessions", "20"];
    const outcome = await gru4rec(["prepare", clicks, ...rules, "-o", output, "--json"]);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    const [train, held, saved] = linesOf(outcome);
    expect(readdirSync(folder).sort()).toEqual(["clicks.test.parquet", "clicks.train.parquet"]);
    expect(train).toMatchObject({
      type: "data",
      role: "train",
      fileEvents: 900,
      format: "delimited",
    });
    expect(held).toMatchObject({ type: "data", role: "test", sessions: 20 });
    expect(saved).toMatchObject({ type: "saved", path: join(folder, "clicks.train.parquet") });

    const paths = ["clicks.train.parquet", "clicks.test.parquet"].map((name) => join(folder, name));
    const run = ["--seed", "1", "--json", "--cutoffs", "1,5"];
    const after = await gru4rec(["train", paths[0]!, "--test", paths[1]!, ...QUICK, ...run]);
    const atOnce = await gru4rec(["train", clicks, ...rules, ...QUICK, ...run]);
    const kinds = (lines: Record<string, unknown>[]) =>
      lines
        .filter(({ type }) => type !== "epoch" && type !== "model")
        .map(({ events, sessions, items, recall }) => ({ events, sessions, items, recall }));
    expect(kinds(linesOf(after))).toEqual(kinds(linesOf(atOnce)));
  });

  test.each([
    [["--split", "sessions", "--test-sessions", "9", "--validation-days", "1"]],
    [["--test-days", "1", "--validation-days", "1", "--last-days", "2"]],
    [["--split", "leave-one-out", "--drop-all-repeats"]],
    [["--test-sessions", "9", "--last-part", "1/8", "--drop-repeats"]],
    [["--min-support", "38", "--min-length", "4", "--filter-once", "--last-part", "0.3"]],
  ])("gives what train keeps and holds out: %j", async (rules) => {
    const output = join(newFolder(), "clicks.parquet");
    const prepared = await gru4rec(["prepare", clicks, ...rules, "-o", output, "--json"]);
    expect(prepared).toMatchObject({ code: 0, stderr: "" });
    const kept = await gru4rec(["train", clicks, ...rules, ...QUICK, "--json"]);
    const counts = (lines: Record<string, unknown>[]) =>
      Object.fromEntries(
        lines
          .filter(({ type }) => type === "data")
          .map(({ role, events, sessions, items }) => [role, { events, sessions, items }]),
      );
    expect(counts(linesOf(prepared))).toEqual(counts(linesOf(kept)));
  });

  test("says what it read, in lines for people", async () => {
    const output = join(newFolder(), "clicks.parquet");
    const args = ["prepare", clicks, "--min-length", "4", "-o", output];
    const { code, stdout } = await gru4rec(args);
    expect(code).toBe(0);
    expect(stdout).toContain("750 events in 150 sessions, 20 items");
    expect(stdout).toContain("left out: 150 events, sessions of fewer than 4 events");
    expect(stdout).toContain("columns: session SessionId, item ItemId, time Time");
    expect(stdout).toMatch(/saved .*clicks\.parquet, /);
  });

  test.each([
    [["-o", "x.csv"], /--output: expected a name that ends in \.parquet, got "x\.csv"/],
    [["-o", "x.parquet", "--preset", "rsc16"], /--preset: expected rsc15, .*, got "rsc16"/],
    [
      ["-o", "x.parquet", "--preset", "rsc15", "--min-support", "5"],
      /--preset: expected no other rules beside it, got --min-support, too/,
    ],
    [["-o", "x.parquet", "--memory", "lots"], /--memory: expected a size like 2GB or 800MB/],
    [["-o", "x.parquet", "--memory", "1MB"], /--memory: expected at least 500 MB, got 1 MB/],
    [
      ["-o", "x.parquet", "--min-length", "9"],
      /prepare: expected events for train, got none, 900 of/,
    ],
    [["-o", "nowhere/x.parquet"], /--output .*expected a path in a writable folder/],
    [[], /--output: expected the file to write, got none/],
    [
      ["-o", "x.parquet", "--filter-once"],
      /--filter-once: expected --min-support and --min-length/,
    ],
    [
      ["-o", "x.parquet", "--split", "sessions"],
      /--split: expected how much is held out beside it/,
    ],
    [
      ["--format", "pairs"],
      /--format: expected a table of clicks, got "pairs"\. Files of pairs need no/,
    ],
    [["--print-sql"], /--print-sql: expected no log and nothing to write, got .*clicks\.tsv/],
  ])("refuses %j in one sentence", async (args, message) => {
    const { code, stdout, stderr } = await gru4rec(["prepare", clicks, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("names the line of a log that cannot be read, and leaves what was there", async () => {
    const folder = newFolder();
    const output = join(folder, "out.parquet");
    writeFileSync(output, "old");
    const log = newFile("log.tsv", "SessionId\tItemId\tTime\n1\ta\t5\n1\tb\tlater\n");
    const { code, stderr } = await gru4rec(["prepare", log, "-o", output]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/log\.tsv, line 3: expected a number in column "Time", got "later"/);
    expect(readFileSync(output, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["out.parquet"]);
  });

  test("is not to write over what it reads", async () => {
    const output = join(newFolder(), "x.parquet");
    expect((await gru4rec(["prepare", clicks, "-o", output])).code).toBe(0);
    const { code, stderr } = await gru4rec(["prepare", output, "-o", output]);
    expect(code).toBe(2);
    expect(stderr).toContain("--output: expected another file, got the input");
  });

  test("names the command that installs DuckDB where it is missing", async () => {
    const hook = `export const resolve = (name, context, next) => {
      if (!name.startsWith("@duckdb/")) return next(name, context);
      throw Object.assign(new Error("no such package"), { code: "ERR_MODULE_NOT_FOUND" });
    };`;
    const hooks = newFile("hooks.mjs", hook);
    const script = `import { register } from "node:module"; register(${JSON.stringify(`file://${hooks}`)});`;
    const env = { NODE_OPTIONS: `--import ${newFile("register.mjs", script)}` };
    const folder = newFolder();
    const args = ["prepare", clicks, "-o", join(folder, "x.parquet")];
    const { code, stderr } = await gru4rec(args, { env });
    expect(stderr).toBe(
      "error: prepare: expected the package @duckdb/node-api, got none. " +
        "Install it: npm install @duckdb/node-api\n",
    );
    expect(code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
    expect((await gru4rec(["prepare", "--help"], { env })).code).toBe(0);
  });

  test("prints the SQL instead, without a log and without DuckDB", async () => {
    const rules = ["--min-support", "5", "--min-length", "2", "--user-column", "who"];
    const { code, stdout } = await gru4rec(["prepare", "--print-sql", ...rules]);
    expect(code).toBe(0);
    expect(stdout).toContain('"who" AS visitor');
    expect(stdout).toContain("<= 1800 THEN 0 ELSE 1 END AS begins");
    expect(stdout).toContain("HAVING count(*) < 5");
    const { stderr } = await gru4rec(["prepare", "-o", "x.parquet"]);
    expect(stderr).toBe("error: prepare: expected a log, got none\n");
  });

  test.skipIf(process.platform === "win32")("leaves nothing behind after Ctrl-C", async () => {
    const folder = newFolder();
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const output = join(folder, "x.parquet");
    let isAsked = false;
    const outcome = gru4rec(["prepare", pipe, "-o", output], {
      onStart: (kill) => {
        const look = setInterval(() => {
          if (readdirSync(folder).length < 2 || isAsked) return;
          isAsked = true;
          clearInterval(look);
          kill("SIGINT");
        }, 50);
      },
    });
    expect(await outcome).toEqual({
      code: 130,
      stdout: "",
      stderr: "stopped; nothing was written\n",
    });
    expect(readdirSync(folder)).toEqual(["pipe"]);
  });

  test.skipIf(process.platform === "win32")("removes what a killed one left behind", async () => {
    const folder = newFolder();
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const output = join(folder, "x.parquet");
    const killed = await gru4rec(["prepare", pipe, "-o", output], {
      onStart: (kill) => {
        const look = setInterval(() => {
          if (readdirSync(folder).length < 2) return;
          clearInterval(look);
          kill("SIGKILL");
        }, 50);
      },
    });
    expect(killed.code).toBe(-1);
    expect(readdirSync(folder)).toHaveLength(2);
    expect((await gru4rec(["prepare", clicks, "-o", output])).code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["pipe", "x.parquet"]);
  });

  test("says that a disk is full, and leaves what was there", async (context) => {
    const disk = join(newFolder(), "disk");
    mkdirSync(disk);
    try {
      const args = ["-t", "tmpfs", "-o", "size=2m", "gru4rec-test", disk];
      execFileSync("mount", args, { stdio: "ignore" });
    } catch {
      return context.skip("mounting a small disk needs the superuser");
    }
    try {
      const output = join(disk, "x.parquet");
      writeFileSync(output, "old");
      const log = newFile("clicks.tsv", cycleClicks(50_000, 500));
      const { code, stderr } = await gru4rec(["prepare", log, "-o", output]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/x\.parquet: expected room for it .*, got a full disk\n$/);
      expect(readFileSync(output, "utf8")).toBe("old");
      expect(readdirSync(disk)).toEqual(["x.parquet"]);
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});

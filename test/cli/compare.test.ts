/** `gru4rec compare` as a user runs it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder } from "./children.js";

let clicks = "";
let folder = "";
const FEW = ["--models", "pop,markov,v-sknn", "--samples", "100", "--threads", "0"];
const SPLIT = ["--test-sessions", "12", "--split", "sessions"];

beforeAll(() => {
  folder = newFolder();
  clicks = newFile("clicks.tsv", cycleClicks(80), folder);
});

describe("compare", () => {
  test("prints the table, and writes Markdown, CSV and ranks", async () => {
    const files = ["markdown", "csv", "html", "per-session"].map((flag) => [
      `--${flag}`,
      join(folder, flag),
    ]);
    const outcome = await gru4rec(["compare", clicks, ...SPLIT, ...FEW, ...files.flat()]);
    expect(outcome.stderr).not.toContain("error");
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(/^markov {2}Recall@20 [\d.]+ {2}MRR@20 [\d.]+ {2}fitted in/m);
    expect(outcome.stdout).toMatch(/^Recall +@1 +@5 +@10 +@20$/m);
    const [head, ...lines] = readFileSync(join(folder, "csv"), "utf8").trim().split("\n");
    expect(head).toMatch(/^model,cutoff,recall,recall_low,recall_high,recall_worse,mrr,/);
    expect(lines).toHaveLength(12);
    expect(readFileSync(join(folder, "markdown"), "utf8")).toMatch(/^\| model \| Recall@1 \|/);
    const page = readFileSync(join(folder, "html"), "utf8");
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/\b(NaN|undefined|Infinity)\b|https?:/);
    expect(page.match(/<svg /g)!.length).toBeGreaterThan(2);
    const ranks = readFileSync(join(folder, "per-session"), "utf8").trim().split("\n");
    expect(ranks[0]).toBe("session,place,item,pop,markov,v-sknn");
    expect(ranks[1]).toMatch(/^\d+,1,i\d+,\d+,\d+,\d+$/);
  });

  test("prints JSON, a line for each model and length, and options of a file", async () => {
    const options = newFile("options.json", '{ "v-sknn": { "k": 3 } }', folder);
    const more = ["--model-options", options, "--cutoffs", "5", "--json"];
    const lines = linesOf(await gru4rec(["compare", clicks, ...SPLIT, ...FEW, ...more]));
    const measured = lines.filter(({ type }) => type === "evaluation");
    expect(measured.map(({ model, cutoff }) => [model, cutoff])).toEqual([
      ["pop", 5],
      ["markov", 5],
      ["v-sknn", 5],
    ]);
    const compared = lines.filter(({ type }) => type === "compared");
    expect(compared.at(-1)).toMatchObject({ model: "v-sknn", options: { k: 3 } });
    expect(lines.filter(({ type }) => type === "interval")).toHaveLength(9);
  });

  test.each([
    [["--models", "markow"], /--models: expected .*got "markow"\. Did you mean "markov"\?$/m],
    [["--test", "x", "--models", "zz"], /--models: expected /],
    [["--samples", "50"], /^error: --samples: expected an integer from 100 to 100000, got 50$/m],
    [["--jobs", "0"], /--jobs: expected an integer ≥ 1, got 0/],
    [["--models", "pop,./no.safetensors"], /no\.safetensors: expected a file to read/],
    [["--csv", "."], /--csv .*expected the path of a file to write, got a folder/],
    [["--model-options", "/no/such"], /--model-options: expected a file of JSON/],
  ])("refuses %o", async (flags, message) => {
    const split = flags[0] === "--test" ? [] : SPLIT;
    const { code, stderr } = await gru4rec(["compare", clicks, ...split, ...flags]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test("wants something to measure on", async () => {
    const { code, stderr } = await gru4rec(["compare", clicks]);
    expect(stderr).toMatch(/^error: --test: expected something to measure on, got none/);
    expect(code).toBe(2);
  });

  test("refuses a test before the end of training, unless told to", async () => {
    const args = ["compare", clicks, "--test", join(folder, "copy.tsv"), ...FEW];
    writeFileSync(join(folder, "copy.tsv"), readFileSync(clicks));
    const refused = await gru4rec(args);
    expect(refused.stderr).toMatch(
      /^error: .*expected test events after the last one of training.*--allow-leak/m,
    );
    expect(refused.code).toBe(2);
    const allowed = await gru4rec([...args, "--allow-leak"]);
    expect(allowed.stderr).toMatch(/^Warning: \d+ test events .* come before the end of training/m);
    expect(allowed.code).toBe(0);
  });

  test("leaves what is finished when it is stopped, marked, and old files as they are", async () => {
    const own = newFolder();
    const [csv, ranks, table, page] = ["all.csv", "ranks.csv", "table.md", "page.html"].map(
      (name) => join(own, name),
    );
    writeFileSync(page!, "of before");
    const files = ["--csv", csv!, "--per-session", ranks!, "--markdown", table!, "--html", page!];
    const args = ["compare", clicks, ...SPLIT, "--models", "pop,bpr-mf,ar", ...files];
    const slow = newFile("slow.json", '{ "bpr-mf": { "epochs": 100000 } }', own);
    const { code, stdout, stderr } = await gru4rec([...args, "--model-options", slow], {
      onLine: (line, kill) => {
        if (line.startsWith("pop  Recall@20 ")) setTimeout(() => kill("SIGINT"), 50);
      },
    });
    const mark = "Stopped after 1 of 3 models. Not measured: bpr-mf, ar.";
    expect([code, stderr]).toEqual([130, expect.stringContaining("stopped after 1 of 3 models")]);
    expect(stdout).toMatch(/^Recall +@1/m);
    expect(stdout).toContain(`\n${mark}\n`);
    const rows = readFileSync(csv!, "utf8").trim().split("\n");
    expect(rows.map((row) => row.split(",")[0])).toEqual([
      "model",
      ...["pop", "pop", "pop", "pop"],
      ...["bpr-mf", "ar"],
    ]);
    expect(new Set(rows.map((row) => row.split(",").length)).size).toBe(1);
    expect(readFileSync(ranks!, "utf8")).toMatch(
      /^session,place,item,pop,bpr-mf \(not measured\),ar \(not measured\)\n\d+,1,i\d+,\d+,,\n/,
    );
    expect(readFileSync(table!, "utf8")).toContain(mark);
    expect(readFileSync(page!, "utf8")).toBe("of before");
    expect(readFileSync(join(own, "page.stopped.html"), "utf8")).toContain(mark);
    expect(stdout).toMatch(/^saved .*page\.stopped\.html/m);
  });

  test("takes saved models by their paths, two towers too, and models side by side", async () => {
    const test = newFile("later.tsv", cycleClicks(9).replaceAll("\t14", "\t15"), folder);
    const [knn, towers] = ["knn.safetensors", "towers.safetensors"].map((name) =>
      join(folder, name),
    );
    await gru4rec(["train", clicks, "--model", "v-sknn", "-o", knn!]);
    const small = ["--epochs", "1", "--layers", "4", "--embedding-size", "4", "--threads", "0"];
    await gru4rec(["train", clicks, "--model", "two-towers", ...small, "-o", towers!]);
    const args = ["compare", clicks, "--test", test, "--models", `v-sknn,${knn},${towers}`];
    const quick = ["--samples", "100", "--threads", "0", "--jobs", "2"];
    const lines = linesOf(await gru4rec([...args, ...quick, "--json"]));
    const measured = lines.filter(({ type, cutoff }) => type === "evaluation" && cutoff === 20);
    expect(measured.map(({ model }) => model)).toEqual(["v-sknn", knn, towers]);
    expect(measured[1]!.mrr).toBe(measured[0]!.mrr);
    const compared = lines.filter(({ type }) => type === "compared");
    expect(Object.keys(compared[0]!)).toEqual(["type", "model", "options", "bytes"]);
    const csv = join(folder, "jobs.csv");
    const { stdout, stderr, code } = await gru4rec([...args, ...quick, "--csv", csv]);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("error")]);
    expect(stdout).toMatch(/^costs +coverage@20 +popularity@20 +size$/m);
    expect(stdout).not.toMatch(/requests\/s|fitted in/);
    expect(readFileSync(csv, "utf8")).toMatch(/^v-sknn,1,.*,,,\d+$/m);
    const other = newFile("other.tsv", cycleClicks(40, 9), folder);
    const refused = await gru4rec(["compare", other, ...args.slice(2)]);
    expect(refused.stderr).toMatch(
      /expected a model of the 9 items that are fitted on, got one of 12/,
    );
    expect(refused.code).toBe(2);
  });

  test("says so when the disk is full, and leaves the old file", async (context) => {
    const disk = join(folder, "disk");
    mkdirSync(disk);
    try {
      const args = ["-t", "tmpfs", "-o", "size=16k", "gru4rec-test", disk];
      execFileSync("mount", args, { stdio: "ignore" });
    } catch {
      return context.skip("mounting a small disk needs the superuser");
    }
    try {
      const output = join(disk, "report.html");
      const old = "old".repeat(4000);
      writeFileSync(output, old);
      const run = await gru4rec(["compare", clicks, ...SPLIT, ...FEW, "--html", output]);
      expect(run.stdout).toMatch(/^Recall +@1/m);
      expect(run.stderr).toMatch(/report\.html: expected to write \d+ bytes, got a full disk\n$/);
      expect(run.code).toBe(1);
      expect([readFileSync(output, "utf8"), readdirSync(disk)]).toEqual([old, ["report.html"]]);
    } finally {
      execFileSync("umount", [disk]);
    }
  });

  test("compares by leave-one-out with its caveat", async () => {
    mkdirSync(join(folder, "sequences"), { recursive: true });
    const path = join(folder, "sequences", "users.txt");
    const users = Array.from(
      { length: 20 },
      (_, user) => `u${user} ${[0, 1, 2, 3].map((i) => `i${(user + i) % 6}`).join(" ")}\n`,
    );
    writeFileSync(path, users.join(""));
    const split = ["--format", "sequences", "--split", "leave-one-out"];
    const { code, stderr } = await gru4rec(["compare", path, ...split, ...FEW]);
    expect(stderr).toMatch(/Leave-one-out trains on what others did later/);
    expect(code).toBe(0);
  });
});

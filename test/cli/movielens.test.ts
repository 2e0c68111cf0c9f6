/** `gru4rec movielens`: the tutorial from a ratings file, in every format, and what is refused. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { RetrievalIndex } from "../../src/index.js";
import { gru4rec, linesOf, newFile, type Outcome } from "./children.js";

/** Users who walk through a cycle of 12 items, and one with two ratings only. */
function ratings(delimiter: string, header = "", users = 40): string {
  const lines: string[] = [];
  for (let user = 1; user <= users; ++user) {
    for (let k = 0; k < 8; ++k) {
      lines.push(
        [user, 100 + ((user + k) % 12), 3 + (k % 3), 978_300_000 + 100 * user + k].join(delimiter),
      );
    }
  }
  lines.push(
    [999, 100, 5, 978_300_000].join(delimiter),
    [999, 101, 1, 978_300_001].join(delimiter),
  );
  return `${header}${lines.join("\n")}\n`;
}

const QUICK = ["--batch-size", "64", "--epochs", "2", "--threads", "0"];
const of = (outcome: Outcome, type: string): Record<string, unknown>[] =>
  linesOf(outcome).filter((line) => line.type === type);

describe("movielens --json", () => {
  let run: Outcome;
  let output = "";
  beforeAll(async () => {
    const path = newFile("ratings.dat", ratings("::"));
    newFile("movies.dat", "100::Heat (1995)::Action\n113::Unseen (1996)::Drama\n", dirname(path));
    output = join(dirname(path), "index.safetensors");
    const flags = ["--cutoffs", "1,5", "-o", output, "--json", "--padding", "masked"];
    run = await gru4rec(["movielens", path, ...QUICK, ...flags, "--epochs", "20"]);
  });

  test("tells what was read, skipped and dropped", () => {
    expect(run.code).toBe(0);
    const [train, held] = of(run, "data");
    expect(train).toMatchObject({
      ...{ role: "train", sessions: 40, items: 13, fileEvents: 322 },
      ...{ events: 252, skippedUsers: 1, droppedRatings: 1 },
    });
    expect(held).toMatchObject({ role: "test", events: 28 });
    expect(run.stderr).toBe("Skipped 1 user with fewer than 3 ratings that count.\n");
  });

  test("gives epochs, accuracies, and recommendations with titles", () => {
    expect(of(run, "epoch")).toHaveLength(20);
    const evaluations = of(run, "evaluation");
    expect(evaluations.map(({ cutoff }) => cutoff)).toEqual([1, 5]);
    expect(evaluations[0]).toMatchObject({ recall: 1, events: 28, ties: "standard" });
    expect(of(run, "chosen")).toHaveLength(3);
    const [first] = of(run, "recommendation");
    expect(Object.keys(first!)).toEqual(["type", "rank", "itemId", "score", "title"]);
    const heat = of(run, "recommendation").find(({ itemId }) => itemId === "100");
    expect(heat?.title ?? "Heat (1995)").toBe("Heat (1995)");
  });

  test("saves an index that answers", async () => {
    expect(of(run, "saved")).toEqual([
      { type: "saved", path: output, bytes: readFileSync(output).length },
    ]);
    const index = await RetrievalIndex.fromBytes(readFileSync(output));
    expect(index.recommend(["103", "104"], { count: 1 })[0]!.itemId).toBe("105");
  });
});

describe("movielens --features", () => {
  const movies = Array.from({ length: 12 }, (_, k) => {
    const genres = k % 3 === 0 ? "(no genres listed)" : k % 2 === 0 ? "Action|War" : "Drama";
    return `${100 + k}::Part ${k % 5} of it${k === 5 ? "" : ` (${1990 + k})`}::${genres}\n`;
  });

  test.each([
    ["title,genres,year,time", []],
    ["year, time", ["--combine", "concatenate"]],
  ])("%s trains and answers", async (names, more) => {
    const path = newFile("ratings.dat", ratings("::"));
    newFile("movies.dat", movies.join(""), dirname(path));
    const output = join(dirname(path), "index.safetensors");
    const flags = ["--features", names, "--padding", "masked", "--json", "-o", output, ...more];
    const run = await gru4rec(["movielens", path, ...QUICK, ...flags, "--epochs", "20"]);
    expect(run.code, run.stderr).toBe(0);
    expect(of(run, "evaluation")[0]).toMatchObject({ cutoff: 1, events: 28 });
    expect(Number(of(run, "evaluation")[1]!.recall)).toBeGreaterThan(0.9);
    const index = await RetrievalIndex.fromBytes(readFileSync(output));
    expect(index.options.timeBoundaries.length).toBeGreaterThan(50);
    expect(index.recommend(["103", "104"], { count: 1, time: 978_302_000 })).toHaveLength(1);
  });

  test.each([
    ["director", 'some of title, genres, year, time between commas, got "director"'],
    ["", 'some of title, genres, year, time between commas, got ""'],
  ])("refuses %j before it reads", async (names, message) => {
    const { code, stderr } = await gru4rec(["movielens", "missing.dat", "--features", names]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test("says where there are no titles to learn from", async () => {
    const path = newFile("ratings.dat", ratings("::"));
    const { code, stderr } = await gru4rec(["movielens", path, "--features", "genres"]);
    expect(code).toBe(2);
    expect(stderr).toContain('"genres" of at least one item');
  });
});

describe("movielens", () => {
  test.each([
    ["u.data", "\t", ""],
    ["ratings.csv", ",", "userId,movieId,rating,timestamp\n"],
  ])("reads %s", async (name, delimiter, header) => {
    const path = newFile(name, ratings(delimiter, header));
    const run = await gru4rec(["movielens", path, ...QUICK, "--split", "time"]);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("two towers: gru 32 over windows of 10");
    expect(run.stdout).toMatch(/after item \d+/); // no titles beside
  });

  test("says so when a batch holds all of the data", async () => {
    const path = newFile("ratings.dat", ratings("::", "", 6));
    const { code, stderr } = await gru4rec(["movielens", path, "--epochs", "1", "--threads", "0"]);
    expect(code).toBe(0);
    expect(stderr).toContain(
      "A batch holds all 38 examples: --batch-size is larger than the data.",
    );
  });

  test.each<[string, readonly string[], string]>([
    ["1::2::x::4\n", [], 'ratings.dat, line 1: expected a number in column "rating", got "x"'],
    [
      "1::2::3::4\n1::2::x::4\n",
      [],
      'ratings.dat, line 2: expected a number in column "rating", got "x"',
    ],
    ["", [], "ratings.dat: expected ratings, got no text at all"],
    ["1::2::3::4\n", [], "expected a user with at least 3 ratings of 2 or more, got at most 1"],
    [ratings("::"), ["--split", "half"], '--split: expected "random" or "time", got "half"'],
    [ratings("::"), ["--fraction", "1"], "--fraction: expected a number in (0, 1), got 1"],
    [ratings("::"), ["--fraction", "0.001"], "--fraction: expected at least one example on each"],
    [ratings("::"), ["--window-length", "0"], "--window-length: expected an integer"],
    [ratings("::"), ["--min-length", "1"], "--min-length: expected an integer ≥ 2, got 1"],
    [ratings("::"), ["--min-rating", "-1"], "--min-rating: expected a number ≥ 0, got -1"],
    [ratings("::"), ["--temperature", "0"], "--temperature: expected a number > 0, got 0"],
    [ratings("::"), ["--cutoffs", "0"], "--cutoffs, value 1: expected an integer ≥ 1, got 0"],
    [ratings("::"), ["--layers", "16"], "--embedding-size: expected the width of the query tower"],
    [
      ratings("::"),
      ["--titles", "nowhere.dat"],
      "nowhere.dat: expected a file to read, got no such",
    ],
    [ratings("::"), ["-o", "/nowhere/x"], "--output /nowhere/x: expected a path in a writable"],
  ])("refuses input %#", async (text, flags, message) => {
    const path = newFile("ratings.dat", text);
    const { code, stderr, stdout } = await gru4rec(["movielens", path, ...QUICK, ...flags]);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("refuses a missing file and an output that is the input", async () => {
    const missing = await gru4rec(["movielens", "nowhere.dat"]);
    expect(missing).toMatchObject({ code: 2, stdout: "" });
    expect(missing.stderr).toContain("nowhere.dat: expected a file to read, got no such file");
    const path = newFile("ratings.dat", ratings("::"));
    const same = await gru4rec(["movielens", path, "-o", path]);
    expect(same.stderr).toContain("--output: expected another file, got the input");
    expect(readFileSync(path, "utf8")).toBe(ratings("::"));
  });

  test("stops at Ctrl-C, and saves the index of the last whole epoch", async () => {
    const path = newFile("ratings.dat", ratings("::"));
    const output = join(dirname(path), "index.safetensors");
    const flags = ["--epochs", "100000", "--json", "-o", output];
    const run = await gru4rec(["movielens", path, ...QUICK, ...flags], {
      onLine: (line, kill) => line.includes('"epoch":2,') && kill("SIGINT"),
    });
    expect(run.code).toBe(130);
    expect(run.stderr).toMatch(/stopped in epoch \d+; saved the index of epoch \d+ to/);
    expect(existsSync(output)).toBe(true);
  });
});

/** `train --model two-towers`, and every kind of file that the program writes, evaluated and asked. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { GRU4Rec, RetrievalIndex, TwoTowers } from "../../src/index.js";
import { loadModel } from "../../src/node.js";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder, type Outcome } from "./children.js";

const TOWERS = ["--model", "two-towers", "--threads", "0", "--json", "--padding", "masked"];
const QUICK = ["--batch-size", "64", "--epochs", "20"];
const of = (outcome: Outcome, type: string): Record<string, unknown>[] =>
  linesOf(outcome).filter((line) => line.type === type);
const train = (
  path: string,
  args: readonly string[],
  options?: Parameters<typeof gru4rec>[1],
): Promise<Outcome> => gru4rec(["train", path, ...TOWERS, ...QUICK, ...args], options);

/** Users who walk through a cycle of 12 items. */
function ratings(): string {
  const lines: string[] = [];
  for (let user = 1; user <= 40; ++user) {
    for (let k = 0; k < 8; ++k) {
      lines.push(
        `${user}::${100 + ((user + k) % 12)}::${3 + (k % 3)}::${978_300_000 + user * 9 + k}`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

let clicks = "";
let towers = "";
let index = "";
let run: Outcome;

beforeAll(async () => {
  clicks = newFile("clicks.tsv", cycleClicks(400));
  const folder = newFolder();
  [towers, index] = ["towers", "index"].map((name) => join(folder, `${name}.safetensors`)) as [
    string,
    string,
  ];
  const held = ["--test-sessions", "20", "--validation-sessions", "20", "--cutoffs", "1,20"];
  run = await train(clicks, [...held, "--profile", "-o", towers, "--index", index]);
});

describe("two towers of a click log", () => {
  test("are measured while they learn and after, and keep the best epoch", () => {
    expect([run.code, run.stderr]).toEqual([0, ""]);
    expect(of(run, "data").map(({ role, sessions }) => [role, sessions])).toEqual([
      ["train", 360],
      ["test", 20],
      ["validation", 20],
    ]);
    const [model] = of(run, "model");
    expect(model).toMatchObject({ kind: "two-towers", items: 12 });
    expect(Number(model!.trainingBytes)).toBeGreaterThan(100_000);
    const epochs = of(run, "epoch");
    // An example for every click but a session's first.
    expect(epochs).toHaveLength(20);
    expect(epochs[0]).toMatchObject({ epoch: 1, events: 1620 - 360, monitor: "recall@20" });
    expect(Object.keys(epochs[0]!.phases as object).length).toBeGreaterThan(2);
    expect(of(run, "best")).toHaveLength(1);
    expect(of(run, "evaluation").map(({ cutoff }) => cutoff)).toEqual([1, 20]);
  });

  test("are saved as towers, and as an index that answers the same", async () => {
    expect(of(run, "saved").map(({ path }) => path)).toEqual([towers, index]);
    const saved = await loadModel(towers, "two-towers");
    expect(saved.items.size).toBe(12);
    const made = await saved.index();
    const answers = (await loadModel(index, "index")).recommend(["i3", "i4"], { count: 5 });
    expect(answers).toEqual(made.recommend(["i3", "i4"], { count: 5 }));
  });

  test("learn what follows", async () => {
    const output = join(newFolder(), "towers");
    await train(clicks, ["-o", output]);
    const evaluated = await gru4rec(["evaluate", output, clicks, "--cutoffs", "1", "--json"]);
    expect(of(evaluated, "evaluation")[0]).toMatchObject({ cutoff: 1, recall: 1, events: 1400 });
  });

  test("go on after Ctrl-C, to the same bits", async () => {
    const folder = newFolder();
    const [whole, pieces, kept] = ["whole", "pieces", "ck"].map((name) => join(folder, name));
    const many = ["--epochs", "60", "--validation-sessions", "20"];
    await train(clicks, [...many, "-o", whole!]);
    const again = [...many, "-o", pieces!, "--checkpoint", kept!, "--resume"];
    const first = await train(clicks, [...again, "--checkpoint-every", "0"], {
      onLine: (line, kill) => line.includes('"epoch":3,') && kill("SIGINT"),
    });
    expect(first.code).toBe(130);
    expect(first.stderr).toMatch(
      /^stopped in epoch \d+; saved the model .*; --resume goes on from/,
    );
    const last = await train(clicks, again);
    expect(last.code).toBe(0);
    expect(of(last, "resumed")).toHaveLength(1);
    expect(readFileSync(pieces!)).toEqual(readFileSync(whole!));
    const other = await train(clicks, [...again, "--temperature", "2"]);
    expect(other.stderr).toContain("--temperature: expected 1, as in the checkpoint");
  });

  test("are told in text, too", async () => {
    const { stdout, stderr } = await gru4rec([
      ...["train", clicks, "--model", "two-towers", "--epochs", "1", "--threads", "0"],
    ]);
    expect(stdout).toContain("two towers: gru 32 over windows of 10; embeddings of 32");
    expect(stdout).toMatch(/12 items, 7,136 parameters, [\d.]+ MB while training/);
    expect(stderr).toContain("The model will not be saved, as no --output was given.");
    expect(stderr).toContain("A batch holds all 1,400 examples: --batch-size is larger than");
  });
});

describe("two towers of a click log with records", () => {
  const table = (delimiter: string): string =>
    ["product_id", "brand", "price"].join(delimiter) +
    Array.from({ length: 14 }, (_, k) => `\ni${k}${delimiter}b${k % 3}${delimiter}${k}`).join("");

  test("learn from the table, and say how it was read and which items it has besides", async () => {
    const records = newFile("products.csv", table(";"));
    const output = join(newFolder(), "towers");
    const flags = ["--records", records, "--features", "brand:category,price:number,time"];
    const found = await train(clicks, [...flags, "--epochs", "1", "-o", output]);
    expect(found.code, found.stderr).toBe(0);
    expect(of(found, "records")[0]).toMatchObject({
      ...{ path: records, records: 14, known: 12, rows: 14, delimiter: ";", leftOut: [] },
      columns: { item: { name: "product_id", found: "guessed" }, brand: { position: 2 } },
    });
    const { options } = await loadModel(output, "two-towers");
    expect(Object.keys(options.features)).toEqual(["brand", "price"]);
    expect(options.timeBoundaries.length).toBeGreaterThan(50);
  });

  test("tell the same in text", async () => {
    const records = newFile("products.tsv", table("\t"));
    const { stdout } = await gru4rec([
      ...["train", clicks, "--model", "two-towers", "--epochs", "1", "--threads", "0"],
      ...["--records", records, "--features", "brand:category", "--records-item-column", "1"],
    ]);
    expect(stdout).toContain(`records  ${records}\n  12 items of the catalogue, 2 others left out`);
    expect(stdout).toContain("columns: item product_id (as named), brand brand (as named)");
    const maker = await train(clicks, [
      ...["--records", records, "--features", "maker:category", "--records-columns", "maker=brand"],
      ...["--epochs", "1", "--threads", "0"],
    ]);
    expect(of(maker, "records")[0]).toMatchObject({ columns: { maker: { name: "brand" } } });
  });

  test.each([
    [["--features", "brand"], '--features: expected time, got "brand". Columns of another table'],
    [["--records", "x.csv"], "--records: expected it with features, got "],
    [["--records", "x.csv", "--features", "brand"], "--features: expected a column and its kind"],
    [["--records", "x.csv", "--features", "brand:word"], "kinds are text, category, categories,"],
    [["--records", "x.csv", "--features", "year"], "x.csv: expected a file to read"],
    [
      ["--records", "x.csv", "--features", "year", "--records-columns", "brand=a"],
      '--records-columns: expected feature=column of features that are read, got "brand=a"',
    ],
  ])("refuse %j", async (flags, message) => {
    const { code, stderr } = await train(clicks, flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("two towers of ratings", () => {
  test("are trained and measured as movielens does it, to the same index", async () => {
    const path = newFile("ratings.dat", ratings());
    newFile("movies.dat", "100::Heat (1995)::Action\n113::Unseen (1996)::Drama\n", dirname(path));
    const folder = newFolder();
    const [mine, tutorial] = ["mine", "tutorial"].map((name) => join(folder, name));
    const flags = ["--split", "time", "--features", "genres,time"];
    const found = await train(path, ["--ratings", ...flags, "--index", mine!, "--cutoffs", "5"]);
    expect(found.code, found.stderr).toBe(0);
    expect(of(found, "model")[0]).toMatchObject({ kind: "two-towers", items: 13 });
    const same = await gru4rec([
      ...["movielens", path, ...TOWERS.slice(2), ...QUICK, ...flags, "-o", tutorial!],
    ]);
    expect(readFileSync(mine!)).toEqual(readFileSync(tutorial!));
    const [ofFive] = of(found, "evaluation");
    expect(of(same, "evaluation").map(({ cutoff }) => cutoff)).toEqual([1, 5, 10, 50, 100]);
    expect(of(same, "evaluation")[1]).toEqual(ofFive);
  });

  test("keep the best epoch on a share that is not trained on", async () => {
    const path = newFile("ratings.dat", ratings());
    const held = ["--ratings", "--validation-fraction", "0.1", "--patience", "2"];
    const found = await train(path, [...held, "--monitor", "mrr@5", "--epochs", "300"]);
    expect(found.code, found.stderr).toBe(0);
    const roles = of(found, "data").map(({ role, events }) => [role, events]);
    expect(roles).toEqual([
      ["train", 227],
      ["validation", 25],
      ["test", 28],
    ]);
    const epochs = of(found, "epoch");
    const best = Number(of(found, "best")[0]!.epoch);
    expect(epochs).toHaveLength(Math.min(300, best + 2));
  });
});

describe("options of the other model, or of other data, are refused", () => {
  test.each([
    [
      ["--model", "two-towers", "--loss", "bpr"],
      '--loss: expected nothing with --model two-towers, got "bpr". It is an option of --model gru4rec.',
    ],
    [["--model", "two-towers", "--embedding", "shared"], "--embedding: expected nothing with"],
    [
      ["--query-layers", "8"],
      "--query-layers: expected nothing with --model gru4rec, got [8]. It is an option of --model two-towers.",
    ],
    [["--temperature", "2"], "It is an option of --model two-towers."],
    [["--index", "x"], "--index: expected nothing with --model gru4rec"],
    [["--ratings"], "--ratings: expected nothing with --model gru4rec"],
    [
      ["--model", "two-towers", "--fraction", "0.5"],
      "--fraction: expected nothing with a click log, got 0.5. It is an option of --ratings.",
    ],
    [
      ["--model", "two-towers", "--ratings", "--test-days", "1"],
      "--test-days: expected nothing with --ratings, got 1. It is an option of click logs.",
    ],
    [
      ["--model", "two-towers", "--ratings", "--no-header"],
      "--no-header: expected nothing with --ratings",
    ],
    [["--model", "towers"], '--model: expected "gru4rec", "two-towers", "random", '],
    [["--model", "two-towers", "--combine", "concatenate"], "--combine: expected"],
    [["--model", "two-towers", "--patience", "3"], "--patience: expected nothing unless"],
    [["--model", "two-towers", "--window-length", "0"], "--window-length: expected an integer"],
    [
      ["--model", "two-towers", "--ratings", "--validation-fraction", "1"],
      "--validation-fraction: expected a number in (0, 1), got 1",
    ],
    [
      ["--model", "two-towers", "-o", "x", "--index", "./x"],
      "--index: expected another file, got that of --output, x",
    ],
  ])("%j", async (flags, message) => {
    const { code, stdout, stderr } = await gru4rec(["train", "missing.tsv", ...flags]);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

describe("every kind of file that the program writes", () => {
  let model = "";
  beforeAll(async () => {
    model = join(newFolder(), "model");
    const how = ["--layers", "8", "--batch-size", "8", "--negatives", "8", "--epochs", "2"];
    await gru4rec(["train", clicks, ...how, "-o", model]);
  });
  const paths = (): readonly string[] => [model, towers, index];

  test("is loaded by a program that asks for any", async () => {
    const loaded = await Promise.all(paths().map((path) => loadModel(path, "any")));
    expect(loaded.map((found) => found.constructor)).toEqual([GRU4Rec, TwoTowers, RetrievalIndex]);
  });

  test("is evaluated on a click log", async () => {
    const kinds: unknown[] = [];
    const figures: unknown[] = [];
    for (const path of paths()) {
      const found = await gru4rec([
        "evaluate",
        path,
        clicks,
        "--cutoffs",
        "5",
        "--lists",
        "--json",
      ]);
      expect(found.code, found.stderr).toBe(0);
      kinds.push(of(found, "model")[0]!.kind);
      figures.push(of(found, "evaluation")[0]);
      expect(figures.at(-1)).toMatchObject({
        cutoff: 5,
        events: 1400,
        coverage: expect.any(Number),
      });
    }
    expect(kinds).toEqual(["gru4rec", "two-towers", "index"]);
    expect(figures[1]).toEqual(figures[2]);
  });

  test("recommends with count, exclude and only, and skips unknown items", async () => {
    const lists: unknown[] = [];
    for (const path of paths()) {
      const visit = ["recommend", path, "--items", "i3,nope,i4", "--json"];
      const two = await gru4rec([
        ...visit,
        "--count",
        "2",
        "--exclude",
        "i5",
        "--only",
        "i5,i6,i7",
      ]);
      expect(two.stderr).toMatch(/^--items: skipped 1 unknown item .*\(nope\)\.\n$/);
      const found = of(two, "recommendation").map(({ itemId }) => itemId);
      expect(found.sort()).toEqual(["i6", "i7"]);
      lists.push(of(await gru4rec(visit), "recommendation"));
    }
    expect(lists[0]).toHaveLength(12);
    expect(lists[1]).toEqual(lists[2]);
  });

  test("takes a time where it learnt times, and is refused one elsewhere", async () => {
    for (const path of paths()) {
      const { code, stderr } = await gru4rec(["recommend", path, "--items", "i1", "--time", "5"]);
      expect(stderr).toBe(
        "error: --time: expected nothing for a model that learnt no times, got 5\n",
      );
      expect(code).toBe(2);
    }
    const movies = newFile("ratings.dat", ratings());
    const answers = join(dirname(movies), "index");
    await train(movies, ["--ratings", "--features", "time", "--index", answers]);
    const at = (time: string): Promise<Outcome> =>
      gru4rec(["recommend", answers, "--items", "103", "--json", "--time", time]);
    const [early, late] = [await at("978300010"), await at("978300300")];
    expect(early.code).toBe(0);
    expect(early.stdout).not.toBe(late.stdout);
  });

  test("tells of unknown items that towers read", async () => {
    const movies = newFile("ratings.dat", ratings());
    const answers = join(dirname(movies), "index");
    await train(movies, ["--ratings", "--index", answers, "--padding", "unmasked"]);
    const { code, stderr, stdout } = await gru4rec(["recommend", answers, "--items", "x,103"]);
    expect(stderr).toBe("--items: 1 unknown item read as the unknown one of the towers (x).\n");
    const without = await gru4rec(["recommend", answers, "--items", "103"]);
    expect(code).toBe(0);
    expect(stdout).not.toBe(without.stdout);
  });
});

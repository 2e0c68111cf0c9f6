/** Ctrl-C and diverging: what is whole is kept, what is not never appears. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder, QUICK } from "./children.js";

/** Never done by itself. */
const ENDLESS = [...QUICK, "--epochs", "1000000"];

let clicks = "";

beforeAll(() => {
  clicks = newFile("clicks.tsv", cycleClicks(400, 40));
});

describe.each(["SIGINT", "SIGTERM"] as const)("%s while training", (signal) => {
  test("saves the model of the last whole epoch and says so", async () => {
    const output = join(newFolder(), "model.safetensors");
    const outcome = await gru4rec(["train", clicks, ...ENDLESS, "-o", output, "--json"], {
      onLine: (line, kill) => line.includes('"epoch":2,') && kill(signal),
    });
    expect(outcome.code).toBe(130);
    const epochs = linesOf(outcome).filter(({ type }) => type === "epoch");
    expect(outcome.stderr).toBe(
      `stopped in epoch ${epochs.length + 1}; saved the model of epoch ${epochs.length} to ${output}\n`,
    );
    expect(linesOf(outcome).at(-1)).toMatchObject({ type: "saved", path: output });
    expect(readdirSync(dirname(output))).toEqual(["model.safetensors"]);

    const recommended = await gru4rec(["recommend", output, "--items", "i1", "--json"]);
    expect(recommended.code).toBe(0);
    expect(linesOf(recommended)).toHaveLength(20);
  });
});

describe("Ctrl-C", () => {
  test("without an output loses the model, and says so", async () => {
    const outcome = await gru4rec(["train", clicks, ...ENDLESS, "--json"], {
      onLine: (line, kill) => line.includes('"epoch":1,') && kill("SIGINT"),
    });
    expect(outcome.code).toBe(130);
    expect(outcome.stderr).toMatch(
      /^stopped in epoch \d+; .* not saved, as no --output was given\n$/,
    );
  });

  test("before the first epoch is whole writes nothing", async () => {
    const output = join(newFolder(), "model.safetensors");
    const long = newFile("long.tsv", cycleClicks(30_000, 500));
    const outcome = await gru4rec(["train", long, ...ENDLESS, "-o", output, "--json"], {
      onLine: (line, kill) => line.includes('"data"') && kill("SIGINT"),
    });
    expect(outcome.code).toBe(130);
    expect(outcome.stderr).toMatch(/^stopped[^\n]*\n$/);
    expect(existsSync(output)).toBe(false);
    expect(readdirSync(dirname(output))).toEqual([]);
  });

  test("a second time ends at once", async () => {
    const output = join(newFolder(), "model.safetensors");
    const outcome = await gru4rec(["train", clicks, ...ENDLESS, "-o", output, "--json"], {
      onLine: (line, kill) => {
        if (!line.includes('"epoch":1,')) return;
        kill("SIGINT");
        setTimeout(() => kill("SIGINT"), 350);
      },
    });
    expect(outcome.code).toBe(130);
  });
});

describe("training that diverges", () => {
  const hopeless = ["--optimizer", "sgd", "--learning-rate", "1e30", "--loss", "bpr-max"];

  test("exits with 1 and one sentence, and leaves no model of a broken epoch", async () => {
    const output = join(newFolder(), "model.safetensors");
    const outcome = await gru4rec(["train", clicks, ...QUICK, ...hopeless, "-o", output, "--json"]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^error: epoch \d+, step \d+: .*--learning-rate[^\n]*\n$/);
    expect(existsSync(output)).toBe(false);
  });
});

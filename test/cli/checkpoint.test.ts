/** `--checkpoint`, `--resume` and a validation, from the command line. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { trainEpochs } from "../../src/cli/epochs.js";
import { createReport } from "../../src/cli/output.js";
import { GRU4Rec, Sessions } from "../../src/index.js";
import { train as trainModel } from "../../src/node.js";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder, type Outcome } from "./children.js";

const QUICK = ["--layers", "8", "--batch-size", "8", "--negatives", "8"];
let clicks = "";

beforeAll(() => {
  clicks = newFile("clicks.tsv", cycleClicks(3000, 40));
});

const train = (args: readonly string[], onLine?: Parameters<typeof gru4rec>[1]): Promise<Outcome> =>
  gru4rec(["train", clicks, ...QUICK, ...args, "--json"], onLine);
const of = (outcome: Outcome, type: string): Record<string, unknown>[] =>
  linesOf(outcome).filter((line) => line.type === type);

describe("--checkpoint with --resume", () => {
  test("goes on after Ctrl-C, as often as need be, to the same model", async () => {
    const folder = newFolder();
    const [whole, pieces, checkpoint] = ["whole", "pieces", "ck"].map((name) => join(folder, name));
    await train(["--epochs", "3", "-o", whole!]);
    const again = ["--epochs", "3", "-o", pieces!, "--checkpoint", checkpoint!, "--resume"];
    const everySlice = ["--checkpoint-every", "0"];

    const first = await train([...again, ...everySlice], {
      onLine: (line, kill) => line.includes('"checkpoint"') && kill("SIGINT"),
    });
    expect(first.code).toBe(130);
    expect(first.stderr).toMatch(/^stopped in epoch [1-3]; .*; --resume goes on from [^\n]*ck\n$/);
    expect(of(first, "resumed")).toEqual([]);
    const kept = of(first, "checkpoint").at(-1)!;
    expect(kept).toEqual({
      ...{ type: "checkpoint", path: checkpoint, epochs: expect.any(Number) },
      ...{ step: expect.any(Number), bytes: readFileSync(checkpoint!).length },
    });

    const second = await train([...again, ...everySlice], {
      onLine: (line, kill) => line.includes('"type":"epoch"') && kill("SIGTERM"),
    });
    expect(of(second, "resumed")).toEqual([
      { type: "resumed", path: checkpoint, epochs: kept.epochs, step: kept.step },
    ]);
    const last = await train(again);
    expect(last.code).toBe(0);
    expect(readFileSync(pieces!)).toEqual(readFileSync(whole!));
    expect(readdirSync(folder).sort()).toEqual(["ck", "pieces", "whole"]);
  });

  test("is not promised where training was stopped before there was anything to keep", async () => {
    const path = join(newFolder(), "ck");
    const stream = { write: () => {} };
    const io = { stdout: stream, stderr: stream, env: {}, signal: AbortSignal.abort() };
    const sessions = Sessions.from(
      [1, 2, 1, 2].map((itemId, time) => ({ sessionId: time % 2, itemId, time })),
    );
    const model = await GRU4Rec.create(sessions.items, { layers: [4] });
    const outcome = await trainEpochs(
      {
        epochs: 10,
        flags: { checkpoint: path, resume: true },
        start: (watch) => trainModel(model, sessions, watch),
      },
      createReport(io, true),
      io,
    );
    expect(outcome).toMatchObject({ epoch: 0, isKept: false });
    expect(existsSync(path)).toBe(false);
  });

  test("has nothing to do after the last epoch, and more when there are more", async () => {
    const folder = newFolder();
    const [output, checkpoint] = ["model", "ck"].map((name) => join(folder, name));
    const args = ["-o", output!, "--checkpoint", checkpoint!, "--resume"];
    await train(["--epochs", "1", ...args]);
    const model = readFileSync(output!);
    const done = await train(["--epochs", "1", ...args]);
    expect(done.code).toBe(0);
    expect(of(done, "epoch")).toEqual([]);
    expect(readFileSync(output!)).toEqual(model);
    const more = await train(["--epochs", "2", ...args]);
    expect(of(more, "epoch").map(({ epoch }) => epoch)).toEqual([2]);
  });
});

describe("a checkpoint is refused", () => {
  let checkpoint = "";
  beforeAll(async () => {
    checkpoint = join(newFolder(), "ck");
    await train(["--epochs", "2", "--checkpoint", checkpoint]);
  });

  test.each([
    [
      "when it is there already",
      [],
      /--checkpoint: expected no file yet, .* --resume, or remove it/,
    ],
    [
      "with other options",
      ["--resume", "--learning-rate", "0.2"],
      /--learning-rate: expected 0.1, as in/,
    ],
    [
      "with another model",
      ["--resume", "--layers", "9"],
      /--layers: expected \[8\], as in the checkpoint/,
    ],
    ["in other numerics", ["--resume", "--numerics", "portable"], /--numerics: expected "fast"|^$/],
    [
      "with other sessions",
      ["--resume", "--min-length", "4"],
      /sessions: expected the sessions that/,
    ],
    ["with fewer epochs", ["--resume", "--epochs", "1"], /--epochs: expected at least the 2 that/],
    [
      "with a validation",
      ["--resume", "--validation-sessions", "9"],
      /sessions: expected|--validation: /,
    ],
  ])("%s", async (name, args, message) => {
    const before = readFileSync(checkpoint);
    const outcome = await train(["--epochs", "2", "--checkpoint", checkpoint, ...args]);
    expect(readFileSync(checkpoint)).toEqual(before);
    // Node 20 does not fuse, so there both numerics are the same.
    if (name === "in other numerics" && outcome.code === 0) return;
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr.split("\n")).toHaveLength(2);
    expect(outcome.code).toBe(2);
  });

  test("without the options that it goes with", async () => {
    for (const flag of [["--resume"], ["--checkpoint-every", "1"]]) {
      const outcome = await train(flag);
      expect(outcome.stderr).toContain(`${flag[0]}: expected --checkpoint <file> beside it`);
      expect(outcome.code).toBe(2);
    }
  });

  test("where it cannot be, or is something else", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "folder"));
    for (const [path, message] of [
      [clicks, "expected another file"],
      [join(folder, "folder"), "expected the path of a file to write, got a folder"],
      [join(folder, "none", "ck"), "got no such file or folder"],
    ]) {
      const outcome = await train(["--checkpoint", path!, "--resume"]);
      expect(outcome.stderr).toContain(message);
      expect(outcome.code).toBe(2);
    }
  });

  test("where the model goes, however the path is spelt", async () => {
    const folder = newFolder();
    const args = ["-o", join(folder, "model"), "--checkpoint", `${folder}/./model`];
    const outcome = await train(["--epochs", "1", ...args]);
    expect(outcome.stderr).toContain("--checkpoint: expected another file, got that of --output");
    expect(outcome.code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("when its bytes are not whole", async () => {
    const bytes = readFileSync(checkpoint);
    const path = join(newFolder(), "ck");
    const model = join(newFolder(), "model");
    await train(["--epochs", "1", "-o", model]);
    for (const [broken, message] of [
      [bytes.subarray(0, bytes.length - 1), "It was cut off"],
      [Buffer.from("no checkpoint at all"), "It is no safetensors file"],
      [readFileSync(model), 'expected kind "checkpoint", got "gru4rec"'],
    ] as const) {
      writeFileSync(path, broken);
      const outcome = await train(["--checkpoint", path, "--resume"]);
      expect(outcome.stderr).toContain(message);
      expect(outcome.stderr).toContain(path);
      expect(outcome.code).toBe(2);
      expect(readFileSync(path)).toEqual(Buffer.from(broken));
    }
    const told = await gru4rec(["recommend", checkpoint, "--items", "i1"]);
    expect(told.stderr).toContain(
      "It is a checkpoint: training goes on from it with --checkpoint and --resume.",
    );
  });
});

describe("--validation", () => {
  test("stops early and keeps the best epoch's model", async () => {
    const output = join(newFolder(), "model");
    // So high a rate that it does not get better for long.
    const rate = ["--learning-rate", "0.9", "--optimizer", "sgd", "--seed", "7"];
    const held = ["--validation-sessions", "60", "--patience", "2", "--monitor", "mrr@3"];
    const args = [...rate, ...held, "--epochs", "60"];
    const outcome = await train([...args, "-o", output]);
    expect(outcome.code).toBe(0);
    expect(of(outcome, "data").map(({ role, sessions }) => [role, sessions])).toEqual([
      ["train", 2940],
      ["validation", 60],
    ]);
    const epochs = of(outcome, "epoch");
    const values = epochs.map(({ value }) => value as number);
    const best = values.indexOf(Math.max(...values));
    expect(epochs).toHaveLength(Math.min(60, best + 3));
    for (const [i, epoch] of epochs.entries()) {
      const isBest = values.slice(0, i).every((value) => value < values[i]!);
      expect(epoch).toMatchObject({ monitor: "mrr@3", isBest });
    }
    expect(of(outcome, "best")).toEqual([{ type: "best", epoch: best + 1 }]);
    const alone = join(newFolder(), "model");
    await train([...rate, ...held.slice(0, 2), "--epochs", String(best + 1), "-o", alone]);
    expect(readFileSync(output)).toEqual(readFileSync(alone));
  });

  test("reads a file of its own, and says what is wrong with its options", async () => {
    const file = newFile("validation.tsv", cycleClicks(8));
    const outcome = await train(["--validation", file, "--epochs", "1"]);
    expect(of(outcome, "data")[1]).toMatchObject({ role: "validation", path: file, sessions: 8 });
    for (const [args, message] of [
      [["--patience", "2"], "--patience: expected nothing unless --validation is given"],
      [["--monitor", "mrr@5"], '--monitor: expected "recall@20" unless --validation is given'],
      [["--validation", file, "--patience", "0"], "--patience: expected an integer ≥ 1, got 0"],
      [["--validation", file, "--monitor", "hits@2"], '--monitor: expected "recall@20"'],
      [["--validation-sessions", "5000"], "--validation-sessions"],
      [["--validation-days", "1e6"], "--validation-days"],
      [["--validation", file, "--validation-days", "1"], "cannot be used with"],
    ] as const) {
      const { code, stderr } = await train(args);
      expect(stderr).toContain(message);
      expect(code).toBe(2);
    }
    expect(existsSync(join(newFolder(), "model"))).toBe(false);
  });
});

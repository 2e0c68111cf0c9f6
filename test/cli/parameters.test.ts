/** `train --params` and `train --official`: what they set, what wins over them, what is refused. */

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeError } from "../../src/cli/errors.js";
import type { Given } from "../../src/cli/flags.js";
import type { Io } from "../../src/cli/io.js";
import type { Report } from "../../src/cli/output.js";
import { withParameters } from "../../src/cli/parameters.js";
import { createProgram } from "../../src/cli/program.js";
import { officialOptions, PARAMETER_SETS } from "../../src/index.js";
import { loadModel } from "../../src/node.js";
import { cycleClicks, gru4rec, newFile, newFolder } from "./children.js";

const SET = {
  model: { layers: [6], loss: "bpr-max", bprReg: 0.5, resetAfter: true },
  train: { epochs: 1, batchSize: 4, negatives: 8 },
};
const file = newFile("set.json", JSON.stringify({ ...SET, about: "found by hand" }));

/** What the flags become, and what is told. */
async function given(flags: Given): Promise<{ all: Given; notes: string[] }> {
  const notes: string[] = [];
  const report = { note: (text: string) => void notes.push(text) } as Report;
  return { all: await withParameters(flags, report), notes };
}

/** The line that is printed instead. */
async function refusal(flags: Given): Promise<string> {
  return given(flags).then(
    () => expect.unreachable("it was taken"),
    (error) => describeError(error).message,
  );
}

test("without them, flags stay as they are", async () => {
  const flags = { layers: [4], json: true };
  expect(await given(flags)).toEqual({ all: flags, notes: [] });
});

describe("--params", () => {
  test("has the options of a published set by its name", async () => {
    const { model, train } = PARAMETER_SETS.coveo;
    const params = "coveo";
    expect(await given({ params })).toEqual({ all: { params, ...model, ...train }, notes: [] });
  });

  test("has those of a file by its path", async () => {
    const { all, notes } = await given({ params: file });
    expect(all).toEqual({ params: file, ...SET.model, ...SET.train });
    expect(notes).toEqual([]);
  });

  test("loses to flags beside it, and tells what has no effect beside them", async () => {
    const flags = { params: file, loss: "cross-entropy", epochs: 7, output: "model" };
    const { all, notes } = await given(flags);
    const { bprReg, ...model } = SET.model;
    expect(all).toEqual({ ...model, ...SET.train, ...flags });
    expect(notes).toEqual(["--params: left out, without effect beside the rest: --bpr-reg."]);
  });

  test("reads options of two towers from a file", async () => {
    const set = {
      kind: "two-towers",
      model: { embeddingSize: 8, layers: [8] },
      train: { epochs: 2 },
    };
    const params = newFile("towers.json", JSON.stringify(set));
    const { all } = await given({ params, model: "two-towers", epochs: 5 });
    expect(all).toEqual({ params, model: "two-towers", embeddingSize: 8, layers: [8], epochs: 5 });
  });

  test.each([
    [
      "rsc51",
      /^--params: expected rsc15, .* or the path of a JSON file, got "rsc51"\. Did you mean rsc15\?$/,
    ],
    ["./set.json", /^--params: expected rsc15, .* got "\.\/set\.json"$/],
    [newFolder(), /: expected a file to read, got a folder$/],
    [newFile("a.json", "{"), /a\.json: expected an object \{"model": .* got something else$/],
    [
      newFile("b.json", '{"model":{"lr":1}}'),
      /b\.json, model\.lr: expected one of the model options/,
    ],
  ])("refuses %s", async (params, message) => {
    expect(await refusal({ params })).toMatch(message);
  });

  test("refuses what is of the other model", async () => {
    const model = "two-towers";
    expect(await refusal({ params: "rsc15", model })).toBe(
      '--params: expected the path of a JSON file with --model two-towers, got "rsc15". It is a set of a GRU4Rec.',
    );
    expect(await refusal({ params: file, model })).toMatch(/kind "two-towers", got "gru4rec"$/);
    const set = { kind: "two-towers", model: { features: { year: { kind: "number" } } } };
    const params = newFile("features.json", JSON.stringify(set));
    expect(await refusal({ params, model })).toMatch(
      /features\.json, model\.features: expected nothing, got an object\. Give it as --features/,
    );
  });
});

describe("--official", () => {
  test("has the options that its string means", async () => {
    const official = "layers=64,loss=bpr-max";
    const { model, train } = officialOptions(official);
    expect((await given({ official })).all).toEqual({ official, ...model, ...train });
  });

  test("loses to flags beside it, and tells what has no effect", async () => {
    const flags = { official: "layers=64,loss=bpr-max,logq=1,bpreg=2", epochs: 1, layers: [4] };
    const { all, notes } = await given(flags);
    expect(all).toMatchObject({ loss: "bpr-max", bprReg: 2, epochs: 1, layers: [4] });
    expect(all).not.toHaveProperty("logQ");
    expect(notes).toEqual(["--official: left out, without effect beside the rest: logq."]);
  });

  test.each([
    ["layers=0", "--official, layers: expected an integer ≥ 1, got 0"],
    ["loss=top1", '--official, loss: expected "cross-entropy" or "bpr-max", got "top1"'],
    ["layers", "--official: expected name=value between commas"],
    ["adapt=adam", "It is of the official Theano code: set --optimizer beside it."],
  ])("refuses %s", async (official, message) => {
    expect(await refusal({ official })).toContain(message);
  });
});

test("the command trains by them", async () => {
  const folder = newFolder();
  const clicks = newFile("clicks.tsv", cycleClicks(20, 8), folder);
  const path = join(folder, "model.safetensors");
  const run = await gru4rec([
    "train",
    clicks,
    "--params",
    file,
    "--layers",
    "4",
    "--threads",
    "0",
    "-o",
    path,
  ]);
  expect(run).toMatchObject({ code: 0 });
  const { options } = await loadModel(path);
  expect(options).toMatchObject({ ...SET.model, layers: [4] });

  const both = await gru4rec(["train", clicks, "--params", file, "--official", "layers=4"]);
  expect(both.code).toBe(2);
  expect(both.stderr).toContain("cannot be used with option '--official");
  const other = ["--model", "two-towers", "--official", "layers=4"];
  expect((await gru4rec(["train", clicks, ...other])).stderr).toContain(
    "--official: expected nothing with --model two-towers",
  );
});

test("a flag without a value can be switched off again, in every command", async () => {
  const io = { env: {}, signal: new AbortController().signal } as Io;
  const shared = ["--no-reset-after", "--no-json", "--no-skip-bad-rows", "--no-normalize"];
  const { commands } = createProgram({ ...io, stdout: { write() {} }, stderr: { write() {} } });
  const train = commands.find((command) => command.name() === "train")!;
  for (const flag of shared) expect(train.options.map(({ long }) => long)).toContain(flag);
  for (const { options } of commands) {
    const flags = options.filter(({ required, optional }) => !required && !optional);
    const positive = flags.filter(({ negate }) => !negate).map(({ long }) => long!.slice(2));
    const negative = flags.filter(({ negate }) => negate).map(({ long }) => long!.slice(5));
    expect(negative.sort()).toEqual(positive.sort());
    expect(flags.filter(({ hidden }) => !hidden)).toHaveLength(positive.length);
  }
  const path = join(newFolder(), "model");
  const args = ["--params", file, "--reset-after", "--no-reset-after", "--threads", "0"];
  expect(
    (await gru4rec(["train", newFile("c.tsv", cycleClicks()), ...args, "-o", path])).code,
  ).toBe(0);
  expect((await loadModel(path)).options.resetAfter).toBe(false);
});

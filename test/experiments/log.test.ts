/** Trials in a file: a tuning goes on after whatever ended it, and only that tuning. */

import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Objective, Trial } from "../../src/index.js";
import { type NodeTuneOptions, tune } from "../../src/node.js";

const folder = mkdtempSync(join(tmpdir(), "gru4rec-tuning-"));
afterAll(() => rmSync(folder, { recursive: true }));

const OPTIONS: NodeTuneOptions = {
  space: { train: { momentum: { from: 0, to: 0.9, step: 0.05 } } },
  ...{ trials: 20, seed: 3, data: "clicks.tsv, 120 events" },
};
const plain = (trials: readonly Trial[]) => trials.map(({ elapsedMs: _, ...trial }) => trial);
const objective: Objective = ({ train }) => -(((train.momentum as number) - 0.3) ** 2);

test("a tuning goes on after its process was killed, half a line or none", async () => {
  const log = join(folder, "trials.jsonl");
  const whole = await tune(objective, OPTIONS);
  await tune(objective, { ...OPTIONS, log });
  const bytes = readFileSync(log);
  const lines = bytes.toString().trimEnd().split("\n");
  expect(lines).toHaveLength(21);
  for (const length of [bytes.length, bytes.length - 1, bytes.length - 40, 3 * 150, 10, 0]) {
    writeFileSync(log, bytes);
    truncateSync(log, length);
    const left = readFileSync(log).toString().split("\n").length - 2; // whole lines but the first
    let runs = 0;
    const counted: Objective = (parameters, trial) => {
      runs++;
      return objective(parameters, trial);
    };
    const again = await tune(counted, { ...OPTIONS, log });
    expect(plain(again.trials)).toEqual(plain(whole.trials));
    expect(runs).toBe(20 - Math.max(0, left));
    expect(readFileSync(log).toString().trimEnd().split("\n")).toHaveLength(21);
  }
});

test("the file of another tuning, and what is none, is refused and kept", async () => {
  const log = join(folder, "other.jsonl");
  await tune(objective, { ...OPTIONS, log, trials: 2 });
  const before = readFileSync(log);
  for (const other of [{ seed: 4 }, { data: "others" }, { sampler: "random" as const }]) {
    const refused = tune(objective, { ...OPTIONS, log, ...other });
    const [name] = Object.keys(other);
    await expect(refused).rejects.toThrow(
      `log: expected the trials of this tuning, got one with another ${name}. Name another file than`,
    );
  }
  expect(readFileSync(log)).toEqual(before);
  appendFileSync(log, '{"type":"trial"}\n');
  await expect(tune(objective, { ...OPTIONS, log })).rejects.toThrow(
    "line 4: expected a trial, got",
  );
  writeFileSync(log, "SessionId,ItemId\n");
  await expect(tune(objective, { ...OPTIONS, log })).rejects.toThrow("got something else.");
});

test("trials of files that hold something else by now are refused, under any name they are not", async () => {
  const log = join(folder, "contents.jsonl");
  const clicks = join(folder, "clicks-1.tsv");
  writeFileSync(clicks, "SessionId\tItemId\tTime\n1\ta\t1\n");
  const heard: number[] = [];
  const run = (files: readonly string[], trials: number) =>
    tune(objective, {
      ...{ ...OPTIONS, log, files, trials },
      onResume: (done) => heard.push(done.length),
    });
  await run([clicks], 2);
  expect((await run([join(folder, "clicks-*.tsv")], 3)).trials).toHaveLength(3);
  expect(heard).toEqual([2]);
  writeFileSync(clicks, "SessionId\tItemId\tTime\n1\tb\t1\n");
  await expect(run([clicks], 3)).rejects.toThrow(
    "log: expected the trials of this tuning, got one with another log to learn from. Name another file than",
  );
  await expect(run([join(folder, "no.tsv")], 3)).rejects.toThrow("expected a file to read");
});

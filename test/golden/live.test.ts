/** Some fixtures made anew by PyTorch, where it is installed: the committed ones are what the script gives. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../sources.js";
import { deviation, type Fixture, readFixtures } from "./fixtures.js";

const NAMES = [
  "xe-shared",
  "bpr-max-separate-reset-after",
  "adam-one-hot-l2",
  "gradient-cap",
  "windows-lstm-xe-separate",
];
const PYTHON = "/usr/bin/python3";

const hasTorch = spawnSync(PYTHON, ["-c", "import torch, numpy"]).status === 0;
if (!hasTorch) console.log("Skipped the live golden runs: no python3-torch.");

test.skipIf(!hasTorch).each(NAMES)(
  "PyTorch gives the fixture %s again",
  (name) => {
    const folder = mkdtempSync(join(tmpdir(), "gru4rec-golden-"));
    const code = `
import sys, pathlib, torch
sys.path.insert(0, "scripts/golden")
import generate
generate.OUT = pathlib.Path(sys.argv[1])
torch.set_num_threads(1)
for seed, (name, case) in enumerate(generate.ALL_CASES.items()):
    if name == sys.argv[2]:
        generate.generate(seed, name, case)`;
    execFileSync(PYTHON, ["-c", code, folder, name], { cwd: ROOT, stdio: "pipe" });
    const made = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Fixture;
    const kept = readFixtures().find((fixture) => fixture.name === made.name)!;
    expect(made.batches).toEqual(kept.batches);
    for (const step of ["1", "10", "500"] as const) {
      const parameters = Object.entries(made.parameters[step]).map(
        ([tensor, values]) => [tensor, Float64Array.from(values)] as const,
      );
      expect(deviation(Object.fromEntries(parameters), kept.parameters[step])).toBeLessThan(1e-9);
    }
    expect(Math.abs(made.lastLoss - kept.lastLoss)).toBeLessThan(1e-9);
  },
  120_000,
);

/** The results file says what the commands give: a row of each table is run again, and one is killed in between. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXPERIMENTS } from "../../bench/experiments/experiments.js";
import { readLog } from "../../bench/experiments/files.js";
import { RESULTS } from "../../bench/experiments/page.js";
import { readRuns } from "../../bench/experiments/results.js";
import { runOnce } from "../../bench/experiments/run.js";
import { bundleProgram } from "../../scripts/bundle-program.mjs";
import { ENGINE_NAMES, engineBinary } from "../../scripts/engines.mjs";
import { ROOT } from "../sources.js";
import { cheapestRun, DATA, isThere } from "./finished.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "experiments-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(EXPERIMENTS)("$name", (experiment) => {
  const finished = cheapestRun(experiment);
  test.skipIf(!finished || !isThere(experiment))("repeats a row, digit for digit", async () => {
    const { row, key, run } = finished!;
    const log = await readLog(experiment.log, DATA);
    expect(log.data).toEqual(run.data);
    const watch = {
      threads: "auto",
      folder,
      every: 600,
      code: "test",
      signal: new AbortController().signal,
      onProgress() {},
      say() {},
    } as const;
    const { values, losses, events } = await runOnce(key, row, log, experiment.lists, watch);
    expect({ row: row.label, values, losses, events }).toEqual({
      row: row.label,
      values: run.values,
      losses: run.losses,
      events: run.events,
    });
  });
});

describe.skipIf(!isThere(EXPERIMENTS.find(({ name }) => name === "rsc15_100k")!))(
  "rsc15_100k",
  () => {
    const ROW = ["rsc15_100k", "--only", "GRU4Rec, RNN", "--data", DATA, "--every", "1"];

    /** A folder that looks like the repository, with results of its own. */
    function place(name: string): string {
      const root = join(folder, name);
      mkdirSync(root);
      for (const part of ["src", "assembly", "package.json"]) {
        symlinkSync(join(ROOT, part), join(root, part));
      }
      return root;
    }

    function started(root: string, program: string, node: string = process.execPath): ChildProcess {
      return spawn(node, [program, ...ROW], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    }

    async function ended(child: ChildProcess): Promise<string> {
      let told = "";
      for (const stream of [child.stdout!, child.stderr!]) {
        stream.on("data", (bytes) => {
          told += bytes;
        });
      }
      const [code] = await once(child, "close");
      expect([code, told]).toEqual([0, expect.any(String)]);
      return told;
    }

    const figures = async (root: string): Promise<unknown[]> =>
      (await readRuns(join(root, RESULTS))).map(({ values, losses }) => ({ values, losses }));

    test("a run that is killed goes on, under every Node, and has the same figures", async () => {
      const program = await bundleProgram("bench/experiments/main.ts");
      const whole = place("whole");
      await ended(started(whole, program));
      for (const engine of ENGINE_NAMES.filter((name) => name.startsWith("node-"))) {
        const root = place(engine);
        const child = started(root, program);
        await new Promise<void>((resolve) => {
          let told = "";
          child.stderr!.on("data", (bytes) => {
            told += bytes;
            if (told.includes("epoch 2,")) resolve();
          });
        });
        child.kill("SIGKILL");
        await once(child, "close");
        expect(await figures(root)).toEqual([]);
        const told = await ended(started(root, program, engineBinary(engine)));
        expect(told).toMatch(/RNN, seed 42: It goes on after \d+ epochs and \d+ mini-batches\./);
        expect([engine, await figures(root)]).toEqual([engine, await figures(whole)]);
        expect(readdirSync(join(root, "build/experiments"))).toEqual([]);
      }
    });
  },
);

/** `npm run experiments`: the page says what the results file says, and a run outlives whatever ends it. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Asked,
  commandOf,
  type Place,
  runExperiments,
} from "../../bench/experiments/command.js";
import { EXPERIMENTS } from "../../bench/experiments/experiments.js";
import { digits, figureOf, knownOf, meanOf } from "../../bench/experiments/figures.js";
import { readLog } from "../../bench/experiments/files.js";
import { LOGS } from "../../bench/experiments/logs.js";
import { readTimes } from "../../bench/experiments/minutes.js";
import { partsOf, resolvedOptions } from "../../bench/experiments/options.js";
import { PAGE, RESULTS, rendered } from "../../bench/experiments/page.js";
import { keysOf, readRuns, runOf } from "../../bench/experiments/results.js";
import { CHOSEN, TUNINGS } from "../../bench/experiments/tables/tunings.js";
import { chosenIn, runTuning, trialsIn } from "../../bench/experiments/tuning.js";
import type { Experiment, Measure, Run } from "../../bench/experiments/types.js";
import { type Space, tune } from "../../src/index.js";
import { writeClicks } from "../readme/clicks.js";
import { ROOT } from "../sources.js";

describe("the page of the experiments", () => {
  test("is what the results file renders to", async () => {
    const { page, plots } = rendered(await readRuns(join(ROOT, RESULTS)), await readTimes(ROOT));
    expect(readFileSync(join(ROOT, PAGE), "utf8")).toBe(page);
    const folder = join(ROOT, "bench/experiments/plots");
    const there = existsSync(folder) ? readdirSync(folder) : [];
    expect(there.map((name) => `bench/experiments/plots/${name}`).sort()).toEqual(
      [...plots.keys()].sort(),
    );
    for (const [path, text] of plots) expect(readFileSync(join(ROOT, path), "utf8")).toBe(text);
  });

  test("is what the README says of it", async () => {
    const runs = await readRuns(join(ROOT, RESULTS));
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    const rows = [
      ...readme.matchAll(
        /^\| ([\w-]+) \| (.+?) \| (\w+@\d+) \| (\.\d{4}) \| (\.\d{4}) \| (.+) \|$/gm,
      ),
    ];
    expect(rows).toHaveLength(3);
    for (const [, name, label, named, printed, figure, others] of rows) {
      const measure = named!.toLowerCase() as Measure;
      const experiment = EXPERIMENTS.find((one) => one.name === name)!;
      const told = experiment.published.map(
        ({ model, values }) => `${model.split(",")[0]} ${digits(values[measure]!)}`,
      );
      expect(told).toEqual(expect.arrayContaining([`GRU4Rec ${printed}`, ...others!.split(", ")]));
      const row = experiment.rows.find((one) => one.label === `GRU4Rec, ${label}`)!;
      const { runs: own, wanted } = knownOf(experiment, row, runs);
      const values = own.map((run) => figureOf(run, experiment.lists[0]!, measure));
      expect([name, own.length, digits(meanOf(values))]).toEqual([name, wanted, figure]);
    }
  });

  test("has a row for every run, and each run's command repeats it", async () => {
    const runs = await readRuns(join(ROOT, RESULTS));
    const commands = new Map<Run, string[]>(runs.map((run) => [run, []]));
    for (const experiment of EXPERIMENTS) {
      for (const row of experiment.rows) {
        for (const key of keysOf(experiment, row)) {
          const run = runOf(runs, key);
          if (run) commands.get(run)!.push(commandOf(experiment, row));
        }
      }
    }
    expect(runs.filter((run) => !commands.get(run)!.includes(run.command))).toEqual([]);
  });

  test("knows a run that was made before an option came, and none that was made with another value", () => {
    const row = { label: "sr", model: "sr", seeds: [], options: { steps: 5 } };
    const [key] = keysOf({ log: "globo" }, row);
    const { rules, ...before } = key!.options;
    const run = { ...key!, options: before } as unknown as Run;
    expect(rules).toBe(20);
    expect(runOf([run], key!)).toBe(run);
    expect(
      runOf([run], keysOf({ log: "globo" }, { ...row, options: { rules: 7, steps: 5 } })[0]!),
    ).toBe(undefined);
    expect(runOf([{ ...run, options: { ...before, gone: 1 } }], key!)).toBe(undefined);
  });

  test("compares runs of the same files alone", async () => {
    const hashes = new Map<string, Set<string>>();
    for (const { data } of await readRuns(join(ROOT, RESULTS))) {
      for (const [file, hash] of Object.entries(data)) {
        hashes.set(file, (hashes.get(file) ?? new Set()).add(hash));
      }
    }
    expect([...hashes].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  test("tells experiments and rows apart by their names", () => {
    const names = EXPERIMENTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, rows } of EXPERIMENTS) {
      const labels = rows.map(({ label }) => label);
      expect([name, new Set(labels).size]).toEqual([name, labels.length]);
    }
  });
});

test("the page begins with the highest of each kind, by a table's own measure", () => {
  const row = (label: string, model: string) => ({
    label,
    model,
    seeds: model === "pop" ? [] : [1],
  });
  const experiment: Experiment = {
    ...{ name: "one", title: "One", log: "globo", protocol: "", caveats: [] },
    ...{ measures: ["recall@20", "mrr@20"], lists: ["all"] },
    rows: [row("pop", "pop"), row("ours", "gru4rec"), row("towers", "two-towers")],
    published: [
      { model: "high in recall", values: { "recall@20": 0.9, "mrr@20": 0.1 }, source: "" },
      { model: "high in mrr", values: { "mrr@20": 0.2 }, source: "" },
    ],
  };
  const runs = experiment.rows.map((each, i) => {
    const measure = { 20: 0.3 + i / 100 };
    const values = { all: { recall: { 20: 0.9 - i / 100 }, mrr: measure, ndcg: measure } };
    return { ...keysOf(experiment, each)[0]!, values, minutes: 1, losses: [] } as unknown as Run;
  });
  const glance = (known: readonly Run[], more: Partial<Experiment> = {}): string | undefined => {
    const parts = [{ heading: "Tests", experiments: [{ ...experiment, ...more }] }];
    const [, after] = rendered(known, [], parts).page.split("## At a glance\n\n");
    return after?.split("\n")[2];
  };
  expect(glance(runs)).toBe("| One | MRR@20 | .2000 *high in mrr* | .3000 pop | .3100 ours |");
  expect(glance(runs, { published: [] })).toBe("| One | MRR@20 |  | .3000 pop | .3100 ours |");
  expect(glance(runs.slice(0, 1))).toBe(undefined);
  const ablation = { base: "ours", measure: "mrr@20" } as const;
  expect(glance(runs, { ablation })).toBe(undefined);
});

test("the plot of an ablation shows every change that was run, and its base as a line", () => {
  const experiment = EXPERIMENTS.find(({ ablation }) => ablation)!;
  const keys = experiment.rows.slice(0, 3).flatMap((row) => keysOf(experiment, row));
  const runs = keys.map((key, i) => {
    const measure = { 5: 0.2, 20: 0.3 + i / 100 };
    const values = { all: { recall: measure, mrr: measure, ndcg: measure } };
    return { ...key, values, minutes: 1, losses: [] } as unknown as Run;
  });
  const [plot] = [...rendered(runs, []).plots.values()];
  expect(plot!.match(/class="dot"/g)).toHaveLength(3);
  expect(plot!.match(/class="base"/g)).toHaveLength(1);
  for (const text of ["YooChoose 1/64, MRR@20", ">loss top1<", ">.3100<", ">.3200<"]) {
    expect(plot).toContain(text);
  }
  expect(rendered(runs.slice(1), []).plots.size).toBe(0);
  expect(rendered(runs.slice(0, 1), []).plots.size).toBe(0);
});

describe("a search", () => {
  test.each(TUNINGS)("$name proposes options that its model takes", async ({ model, space }) => {
    const { model: own, training } = partsOf(model, space);
    const { trials } = await tune(
      ({ model: options, train }) => {
        const row = { label: "", model, seeds: [], options: { ...options, ...train } };
        return Object.keys(resolvedOptions(row)).length;
      },
      { space: { model: own, train: training } as Space, trials: 8, sampler: "random" },
    );
    expect(trials.map(({ error }) => error)).toEqual(trials.map(() => undefined));
  });

  test("chose the options of the tuned rows", () => {
    const names = TUNINGS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const rows = EXPERIMENTS.flatMap((experiment) => experiment.rows);
    const used = new Set(rows.flatMap(({ tuning }) => tuning ?? []));
    expect([...used].sort()).toEqual([...names].sort());
    for (const [name, options] of Object.entries(CHOSEN)) {
      expect([name, chosenIn(trialsIn(ROOT, name))]).toEqual([name, options]);
    }
  });

  test("has as many epochs as were best", () => {
    const trial = { values: [], figures: [0.1, 0.3, 0.2], value: 0.3, elapsedMs: 1 };
    const parameters = { model: { layers: [8] }, train: { epochs: 3, learningRate: 0.1 } };
    const better = { ...trial, number: 1, parameters, state: "complete" } as const;
    const pruned = { ...better, number: 2, state: "pruned", value: 0.9 } as const;
    const worse = { ...better, number: 0, figures: [0.2], value: 0.2 };
    expect(chosenIn([worse, better, pruned])).toEqual({
      layers: [8],
      learningRate: 0.1,
      epochs: 2,
    });
  });
});

describe("a run", () => {
  let folder: string;
  let data: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "experiments-"));
    data = join(folder, "data");
    const [train, asked] = LOGS.rsc15_100k.files.map((file) => join(data, file));
    mkdirSync(join(data, "rsc15_100k"), { recursive: true });
    writeClicks(folder);
    writeFileSync(train!, readFileSync(join(folder, "clicks.tsv.gz")));
    writeFileSync(asked!, readFileSync(join(folder, "test.tsv.gz")));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const options = { layers: [16], batchSize: 8, negatives: 32, epochs: 3 };
  const experiment: Experiment = {
    name: "small",
    title: "Small",
    log: "rsc15_100k",
    protocol: "A log. Its clicks. All items.",
    caveats: [],
    measures: ["recall@20"],
    lists: ["all", "unseen"],
    rows: [
      { label: "pop", model: "pop", seeds: [] },
      { label: "GRU4Rec", model: "gru4rec", options, seeds: [1, 2] },
    ],
    published: [],
  };
  const parts = [{ heading: "Tests", experiments: [experiment] }];
  const asked = (more: Partial<Asked> = {}): Asked => ({
    names: [],
    only: undefined,
    seed: undefined,
    data,
    threads: 0,
    every: 60,
    again: false,
    ...more,
  });
  const placeIn = (name: string): Place => {
    const root = join(folder, name);
    mkdirSync(join(root, "src"), { recursive: true });
    mkdirSync(join(root, "assembly"), { recursive: true });
    writeFileSync(join(root, "package.json"), '{ "version": "1.2.3" }');
    return { root, sources: root, parts };
  };

  /** Runs, and ends when the standard error or output has this. */
  async function play(place: Place, until?: RegExp, more?: Partial<Asked>): Promise<string> {
    const stop = new AbortController();
    let told = "";
    const stream = {
      write(text: string) {
        told += text;
        if (until?.test(told)) stop.abort(new Error("ended"));
      },
    };
    const io = { stdout: stream, stderr: stream, env: {}, signal: stop.signal };
    await runExperiments(asked(more), place, io).catch((error) => {
      if (!stop.signal.aborted) throw error;
    });
    return told;
  }

  const results = ({ root }: Place): Promise<Run[]> => readRuns(join(root, RESULTS));
  const figures = async (place: Place): Promise<unknown[]> =>
    (await results(place)).map(({ values, losses, seed }) => ({ values, losses, seed }));

  test("that is ended goes on, and has the figures of one that was not", async () => {
    const whole = placeIn("whole");
    await play(whole);
    const halves = placeIn("halves");
    await play(halves, /seed 1: epoch 2,/);
    // What was finished before is written down, and shown; the other one has a checkpoint.
    expect((await results(halves)).length).toBe(1);
    expect(readFileSync(join(halves.root, PAGE), "utf8")).toMatch(/\| GRU4Rec \| not run \|/);
    const told = await play(halves);
    expect(told).toMatch(
      /small, GRU4Rec, seed 1: It goes on after \d epochs and \d+ mini-batches\./,
    );
    expect(await figures(halves)).toEqual(await figures(whole));
    expect(readdirSync(join(halves.root, "build/experiments"))).toEqual([]);
    expect(await play(halves)).toBe("Every run is finished; --again repeats them.\n");
    expect(readFileSync(join(halves.root, PAGE), "utf8")).toMatch(/\| 2 \| \d\.\d \|/);
  });

  test("that was started with other code starts anew, and says so", async () => {
    const place = placeIn("changed");
    await play(place, /seed 1: epoch 2,/, { only: "GRU4Rec" });
    writeFileSync(join(place.root, "src/new.ts"), "export {};\n");
    const told = await play(place, undefined, { only: "GRU4Rec" });
    expect(told).toMatch(/seed 1: It was started with other code, and starts anew\./);
    const [first] = await results(place);
    const [, same] = await results({ ...place, root: join(folder, "whole") });
    expect(first!.values).toEqual(same!.values);
    expect(first!.code).not.toBe(same!.code);
  });

  test("keeps all that repeats it", async () => {
    const [pop, first] = await results({ ...placeIn("whole") });
    expect([pop!.seed, pop!.options]).toEqual([null, {}]);
    expect(first).toMatchObject({ log: "rsc15_100k", model: "gru4rec", seed: 1, version: "1.2.3" });
    expect(first!.options).toMatchObject({ ...options, cell: "gru", learningRate: 0.1 });
    expect(first!.command).toBe('npm run experiments -- small --only "GRU4Rec" --again');
    expect(Object.keys(first!.data)).toEqual([...LOGS.rsc15_100k.files]);
    expect(first!.losses.length).toBe(3);
    expect(Object.keys(first!.values)).toEqual(["all", "unseen"]);
  });

  test("is not made of a row whose options are searched for", async () => {
    const rows = [{ label: "tuned", model: "gru4rec", seeds: [1, 2], tuning: "small" }];
    const waiting = [{ heading: "Tests", experiments: [{ ...experiment, rows }] }];
    const place = { ...placeIn("waiting"), parts: waiting };
    expect(await play(place)).toMatch(/^Every run is finished/);
    expect(rendered([], [], waiting).page).toContain("| tuned | not run |");
  });

  test("by a search keeps its trials, and never sees the test", async () => {
    const { root } = placeIn("search");
    const log = await readLog("rsc15_100k", data);
    const io = { stdout: { write() {} }, stderr: { write() {} }, env: {} };
    const where = { root, threads: 0, io: { ...io, signal: new AbortController().signal } };
    const space = { ...options, layers: [8], epochs: 1, learningRate: { from: 0.05, to: 0.2 } };
    const tuning = {
      name: "small",
      log: "rsc15_100k",
      model: "gru4rec",
      space,
      trials: 2,
    } as const;
    await runTuning(tuning, { ...log, test: undefined as never }, where);
    const trials = trialsIn(root, "small");
    expect(trials.map(({ state }) => state)).toEqual(["complete", "complete"]);
    expect(chosenIn(trials)).toMatchObject({ layers: [8], epochs: 1, negatives: 32 });
    const { train, validation } = log.held();
    expect(train.length + validation.length).toBe(log.train.length);
  });

  test("of a log that is not there says which file, and where users get it", async () => {
    const place = placeIn("missing");
    await expect(play(place, undefined, { data: "/nowhere" })).rejects.toThrow(
      /^\/nowhere\/rsc15_100k\/train\.tsv\.gz: expected a file of rsc15_100k, got none\. It is made from yoochoose-clicks\.dat of the RecSys Challenge 2015 \(https:/,
    );
    expect(await results(place)).toEqual([]);
  });

  test("that cannot write its checkpoint says which file, and why", async () => {
    const place = placeIn("blocked");
    writeFileSync(join(place.root, "build"), "");
    await expect(play(place, undefined, { only: "GRU4Rec" })).rejects.toThrow(
      /build\/experiments: expected to write it, got no such file or folder$/,
    );
  });

  test("of an unknown name or row is refused", async () => {
    const place = placeIn("unknown");
    await expect(play(place, undefined, { names: ["smal"] })).rejects.toThrow(
      'experiment: expected small, minutes, got "smal"',
    );
    await expect(play(place, undefined, { only: "LSTM" })).rejects.toThrow(
      '--only: expected a part of one of pop; GRU4Rec, got "LSTM"',
    );
  });
});

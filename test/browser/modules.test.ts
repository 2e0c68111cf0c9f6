/**
 * The prebuilt modules (`dist/gru4rec.js` and those beside it) in a page without a bundler, from another origin than
 * the page's: what is loaded, in how many requests and bytes, and that it computes what Node computes.
 */

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as root from "../../src/index.js";
import { ROOT } from "../sources.js";
import { findChromium, launch, type Site, serve } from "./chromium.js";
import { clicks, MODEL, RETRIEVAL, TOWERS, TRAINING, walks } from "./clicks.js";

const DIST = join(ROOT, "dist");
const MODULES = ["gru4rec", "two-towers", "experiments", "kernels"];

describe("the prebuilt modules", () => {
  test("have the names of the package, each in one of them", async () => {
    const names = await Promise.all(
      MODULES.map(async (name) => Object.keys(await import(join(DIST, `${name}.js`)))),
    );
    const all = names.flat().filter((name) => name !== "$");
    expect(all.sort()).toEqual(Object.keys(root).sort());
  });

  test("name no package, no process, and make no code out of text", () => {
    for (const name of MODULES) {
      const code = readFileSync(join(DIST, `${name}.js`), "utf8");
      expect(code).not.toMatch(/\bprocess\b|\beval\(|new Function/);
      const imported = [
        ...code.matchAll(/(?:^|[;}\n])(?:import|export)[^;"'`()]*from\s*["']([^"']+)["']/g),
        ...code.matchAll(/\bimport\(\s*["'`]([^"'`]+)["'`]\s*\)/g),
      ];
      expect(imported.map(([, path]) => path!).filter((path) => !path.startsWith("./"))).toEqual(
        [],
      );
    }
  });
});

const executable = findChromium();

/** What a page loads: paths of our files, and their bytes as gzip sends them. */
interface Loaded {
  readonly paths: string[];
  readonly bytes: number;
}

describe.skipIf(!executable)("in a page of another origin", () => {
  let browser: Browser;
  let library: Site;
  const folder = join(ROOT, "build", "modules");

  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.html"), "<!doctype html><title>modules</title>");
    cpSync(DIST, join(folder, "dist"), { recursive: true });
    browser = await launch(executable!);
    library = await serve(join(folder, "dist"), {
      "Access-Control-Allow-Origin": "*",
      "Cross-Origin-Resource-Policy": "cross-origin",
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await library?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a program in a fresh page; `at` is where the modules are. */
  async function run<Result>(
    program: string,
    argument: object,
    headers: Record<string, string> = {},
  ): Promise<{ result: Result; loaded: Loaded }> {
    await using site = await serve(folder, headers);
    const page = await browser.newPage();
    const paths: string[] = [];
    page.on("request", (request) => {
      const url = request.url();
      if (url.startsWith(library.url)) paths.push(url.slice(library.url.length));
    });
    await page.goto(site.url);
    const given = JSON.stringify({ ...argument, at: library.url });
    const result = (await page.evaluate(`(async (given) => {${program}})(${given})`)) as Result;
    await page.close();
    const sizes = paths.map(
      (path) => gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length,
    );
    return { result, loaded: { paths, bytes: sizes.reduce((sum, one) => sum + one, 0) } };
  }

  const TRAIN = `
    const { GRU4Rec, readSessions, train } = await import(given.at + "gru4rec.js");
    const sessions = await readSessions(new File([given.csv], "clicks.csv"));
    const model = await GRU4Rec.create(sessions.items, given.model);
    const losses = [];
    for await (const { loss } of train(model, sessions, given.training)) losses.push(loss);
    return { losses, isolated: crossOriginIsolated, recommended: model.recommend(["item 1", "item 2"], { count: 5 }) };`;
  const csv = `session_id,item_id,time\n${clicks()
    .map((event) => `${event.sessionId},${event.itemId},${event.time}\n`)
    .join("")}`;

  test.each([
    { title: "isolated", isolated: true, headers: ISOLATED },
    { title: "not isolated", isolated: false, headers: {} },
  ])(
    "a training on a CSV loads 3 files of 82,000 bytes, $title",
    async ({ isolated, headers }) => {
      const given = { csv, model: MODEL, training: TRAINING };
      const { result, loaded } = await run<{
        losses: number[];
        isolated: boolean;
        recommended: unknown;
      }>(TRAIN, given, headers);
      const sessions = await root.readSessions(csv, { name: "clicks.csv" });
      const model = await root.GRU4Rec.create(sessions.items, MODEL);
      const reports = await root.fit(model, sessions, TRAINING);
      expect(result.isolated).toBe(isolated);
      expect(result.losses).toEqual(reports.map(({ loss }) => loss));
      expect(result.recommended).toEqual(model.recommend(["item 1", "item 2"], { count: 5 }));
      expect(loaded.paths).toHaveLength(3);
      expect(loaded.bytes).toBeLessThanOrEqual(82_000);
    },
    60_000,
  );

  test("one that never trains loads no kernels that train", async () => {
    const sessions = root.Sessions.from(clicks());
    const model = await root.GRU4Rec.create(sessions.items, MODEL);
    const bytes = Buffer.from(model.toBytes()).toString("base64");
    const program = `
      const { GRU4Rec } = await import(given.at + "gru4rec.js");
      const bytes = Uint8Array.from(atob(given.bytes), (character) => character.charCodeAt(0));
      return (await GRU4Rec.fromBytes(bytes)).recommend(["item 1"], { count: 3 });`;
    const { result, loaded } = await run(program, { bytes });
    expect(result).toEqual(model.recommend(["item 1"], { count: 3 }));
    expect(loaded.paths).toEqual(["gru4rec.js", "chunks/serving.js"]);
  }, 60_000);

  test("two towers and experiments bring their own programs to the workers", async () => {
    const examples = walks();
    const program = `
      const [{ Items, Sessions, evaluate, fit, GRU4Rec }, { TwoTowers, RetrievalIndex }, { recommendAll, splitByTime, markov }] =
        await Promise.all(["gru4rec", "two-towers", "experiments"].map((name) => import(given.at + name + ".js")));
      const { contexts, targets, times, ids, ...rest } = given.examples;
      const items = Items.from(ids);
      const examples = { ...rest, items, contexts: Int32Array.from(contexts), targets: Int32Array.from(targets), times: Float64Array.from(times) };
      const towers = await TwoTowers.create(items, given.towers);
      const [{ loss }] = await fit(towers, examples, { ...given.retrieval, epochs: 1 });
      const { recall } = await evaluate(towers, examples, { cutoffs: [5], numerics: "portable" });
      const lists = await recommendAll(towers, [["item 1"], ["item 2", "item 5"]], { count: 3 });
      const { train, test } = splitByTime(Sessions.from(given.clicks), { testSeconds: 5000 });
      const chain = (await evaluate(markov(train), test, { cutoffs: [5] })).recall[5];
      return { loss, recall: recall[5], lists, chain };`;
    const towersOptions = { ...TOWERS, features: {} };
    const plain = {
      ...examples,
      contexts: [...examples.contexts],
      targets: [...examples.targets],
      times: [...examples.times],
    };
    const given = {
      examples: plain,
      towers: towersOptions,
      retrieval: RETRIEVAL,
      clicks: clicks(),
    };
    const { result } = await run<object>(program, given, ISOLATED);
    expect(result).toEqual(await inNode(examples, towersOptions));
  }, 60_000);
});

const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** What the last program computes. */
async function inNode(
  given: ReturnType<typeof walks>,
  options: root.TowerOptions,
): Promise<object> {
  const items = root.Items.from(given.ids);
  const examples = { ...given, items } as unknown as root.Examples;
  const towers = await root.TwoTowers.create(items, options);
  const [report] = await root.fit(towers, examples, { ...RETRIEVAL, epochs: 1 });
  const how = { cutoffs: [5], numerics: "portable" } as const;
  const { recall } = await root.evaluate(towers, examples, how);
  const visits = [["item 1"], ["item 2", "item 5"]];
  const lists = await root.recommendAll(towers, visits, { count: 3 });
  const { train, test } = root.splitByTime(root.Sessions.from(clicks()), { testSeconds: 5000 });
  const chain = (await root.evaluate(root.markov(train), test, { cutoffs: [5] })).recall[5];
  return { loss: report!.loss, recall: recall[5], lists, chain };
}

/**
 * The package as published, in the places where it is used: bundlers, pages, runtimes. Every cell runs the tiny app
 * of app/ and must come to what the sources come to, bit for bit.
 */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launch } from "../browser/chromium.js";
import * as bundlers from "./bundlers.js";
import { atTheEdge, findWorkerd } from "./edge.js";
import { visited } from "./pages.js";
import { type Outcome, Place, run } from "./place.js";
import { Tools } from "./tools.js";

const executable = findChromium();
const tools = Tools.install("quick");
const workerd = findWorkerd();

let place: Place;
beforeAll(async () => {
  place = await Place.make("quick");
}, 120_000);

function expectSame(outcome: Outcome): void {
  const { model, ...rest } = outcome;
  const { model: expectedModel, ...expectedRest } = place.expected;
  expect(rest).toEqual(expectedRest);
  expect(model === expectedModel).toBe(true);
}

describe("Node", () => {
  test.each(["node.js", "node.cjs"])("runs %s", async (program) => {
    const folder = place.cell(`node ${program}`);
    const { stdout } = await run(process.execPath, ["--no-warnings", program], { cwd: folder });
    expectSame(JSON.parse(stdout));
  });
});

test.skipIf(!tools || !workerd)(
  "workerd recommends with compiled kernels, and is told without",
  async () => {
    const { told, ...outcome } = await atTheEdge(workerd!, place, tools!);
    const { recommended } = place.expected;
    expect(outcome).toEqual({ recommended });
    expect(told).toMatch(
      /^ConfigError: WebAssembly: .* Hand in compiled kernels with `provideKernels`\.$/,
    );
  },
);

describe.skipIf(!executable)("A page made by", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(executable!);
  });
  afterAll(() => browser?.close());

  test.skipIf(!tools).each([
    { bundler: "Vite", build: bundlers.vite },
    { bundler: "webpack", build: bundlers.webpack },
    { bundler: "esbuild", build: bundlers.esbuild },
    { bundler: "esbuild, splitting", build: bundlers.esbuildSplitting },
    { bundler: "Rollup", build: bundlers.rollup },
  ])("$bundler reads, trains and recommends", async ({ bundler, build }) => {
    const site = await build(place, place.cell(bundler), tools!);
    expectSame(await visited(browser, site));
    const { recommended } = place.expected;
    expect(await visited(browser, site, { path: "recommend.html" })).toEqual({ recommended });
    expectSame(await visited(browser, site, { path: "index.html?inside" }));
  });
});

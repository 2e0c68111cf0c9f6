/**
 * The package as published, in the places where it is used: bundlers, pages, runtimes. Every cell runs the tiny app
 * of app/ and must come to what the sources come to, bit for bit.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, findChromium, launch } from "../browser/chromium.js";
import * as bundlers from "./bundlers.js";
import { atTheEdge, findWorkerd } from "./edge.js";
import { ISOLATION, opened, visited } from "./pages.js";
import { type Outcome, Place, run } from "./place.js";
import { Tools } from "./tools.js";

const COEP = "Cross-Origin-Embedder-Policy";
const CREDENTIALLESS = { ...ISOLATION, [COEP]: "credentialless" };
const WASM = "script-src 'self' 'wasm-unsafe-eval'";

function policy(rules: string): Record<string, string> {
  return { "Content-Security-Policy": `default-src 'self'; img-src data:; ${rules}` };
}

const executable = findChromium();
const tools = Tools.install("quick");
const workerd = findWorkerd();

let place: Place;
beforeAll(async () => {
  place = await Place.make("quick");
}, 120_000);

/** The worker's file as the package has it, with the headers of the page. */
function workerFile(headers: Readonly<Record<string, string>>): Answer {
  const path = join(place.folder, "node_modules/gru4rec/dist/threads/worker.web.js");
  return {
    body: readFileSync(path, "utf8"),
    headers: { ...headers, "Content-Type": "text/javascript" },
  };
}

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

  test("Vite's server of development reads, trains and recommends", async () => {
    const folder = place.cell("Vite, dev");
    const server = await bundlers.viteServer(place, folder);
    try {
      const [url] = server.resolvedUrls!.local;
      expectSame(await opened(browser, url!));
      const { recommended } = place.expected;
      expect(await opened(browser, `${url}recommend.html`)).toEqual({ recommended });
      expectSame(await opened(browser, `${url}index.html?inside`));
    } finally {
      await server.close();
    }
  });

  describe("esbuild, served", () => {
    let site: string;
    beforeAll(async () => {
      site = await bundlers.esbuildSplitting(place, place.cell("headers"), tools!);
    });

    test.skipIf(!tools).each([
      { how: "with COOP and COEP", headers: ISOLATION },
      { how: "with COEP: credentialless", headers: CREDENTIALLESS },
      { how: "with COEP and no COOP", headers: { [COEP]: "require-corp" } },
      { how: "with COOP and COEP, inside the page's worker", headers: ISOLATION, query: "?inside" },
      { how: "on the page's own thread", headers: {}, query: "?threads=0" },
      { how: "with worker-src blob:", headers: policy(`${WASM}; worker-src blob:`) },
      {
        how: "with worker-src 'self' and createWorker",
        headers: policy(`${WASM}; worker-src 'self'`),
        query: "?worker=/worker.js",
      },
      {
        how: "with worker-src 'self', COOP, COEP and createWorker",
        headers: { ...policy(`${WASM}; worker-src 'self'`), ...ISOLATION },
        query: "?worker=/worker.js",
      },
    ])("$how, reads, trains and recommends", async ({ headers, query = "" }) => {
      const answers = { "/worker.js": workerFile(headers) };
      const path = `index.html${query}`;
      expectSame(await visited(browser, site, { path, headers, answers }));
      const { recommended } = place.expected;
      expect(await visited(browser, site, { path: "recommend.html", headers })).toEqual({
        recommended,
      });
    });

    test.skipIf(!tools).each([
      {
        how: "with worker-src 'self' and no createWorker",
        headers: policy(`${WASM}; worker-src 'self'`),
        told: "WorkerError: worker: expected a page that may start one from blob:",
      },
      {
        how: "without 'wasm-unsafe-eval'",
        headers: policy("script-src 'self'"),
        told: "ConfigError: WebAssembly: expected an engine that may compile it",
      },
    ])("$how, is told so within 5 s", async ({ headers, told }) => {
      const begun = performance.now();
      const { error } = await visited(browser, site, { headers });
      expect(error).toContain(told);
      expect(performance.now() - begun).toBeLessThan(5000);
    });
  });
});

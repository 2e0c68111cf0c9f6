/**
 * The package as published, in the places where it is used: bundlers, pages, runtimes. Every cell runs the tiny app
 * of app/ and must come to what the sources come to, bit for bit.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, findChromium, launch, serve } from "../browser/chromium.js";
import * as bundlers from "./bundlers.js";
import { atTheEdge, findWorkerd } from "./edge.js";
import { ISOLATION, opened, visited } from "./pages.js";
import { expectSame, Place, run } from "./place.js";
import { recommendOnly, withEsbuild, withRollup } from "./sizes.js";
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

describe("Node", () => {
  test.each(["node.js", "node.cjs"])("runs %s", async (program) => {
    const folder = place.cell(`node ${program}`);
    const { stdout } = await run(process.execPath, ["--no-warnings", program], { cwd: folder });
    expectSame(JSON.parse(stdout), place);
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

  /** The page that trains and the one that recommends. */
  async function expectAll(
    site: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    expectSame(await visited(browser, site, { headers }), place);
    const { recommended } = place.expected;
    const path = "recommend.html";
    expect(await visited(browser, site, { headers, path })).toEqual({ recommended });
  }

  test.skipIf(!tools).each([
    { bundler: "Vite", build: bundlers.vite },
    { bundler: "webpack", build: bundlers.webpack },
    { bundler: "esbuild", build: bundlers.esbuild },
    { bundler: "esbuild, splitting", build: bundlers.esbuildSplitting },
    { bundler: "Rollup", build: bundlers.rollup },
  ])("$bundler reads, trains and recommends", async ({ bundler, build }) => {
    const site = await build(place, place.cell(bundler), tools!);
    await expectAll(site);
    expectSame(await visited(browser, site, { path: "worker.html" }), place);
  });

  test("no bundler reads, trains and recommends", async () => {
    const site = await bundlers.plain(place, place.cell("plain page"));
    await expectAll(site);
    expectSame(await visited(browser, site, { path: "worker.html" }), place);
  });

  test("no bundler does so by an import map", async () => {
    const folder = place.cell("import map");
    place.addPrebuilt(join(folder, "gru4rec"));
    await expectAll(await bundlers.mapped(folder, "/gru4rec/gru4rec.js"));
  });

  test("no bundler does so by an import map of another origin", async () => {
    const prebuilt = join(place.folder, "another origin");
    place.addPrebuilt(prebuilt);
    await using library = await serve(prebuilt, { "Access-Control-Allow-Origin": "*" });
    const folder = place.cell("import map, another origin");
    const site = await bundlers.mapped(folder, `${library.url}gru4rec.js`);
    await expectAll(site);
    await expectAll(site, ISOLATION); // modules are asked for with CORS, so COEP lets them in
  });

  test("Vite's server of development reads, trains and recommends", async () => {
    const folder = place.cell("Vite, dev");
    const server = await bundlers.viteServer(place, folder);
    try {
      const [url] = server.resolvedUrls!.local;
      expectSame(await opened(browser, url!), place);
      const { recommended } = place.expected;
      expect(await opened(browser, `${url}recommend.html`)).toEqual({ recommended });
      expectSame(await opened(browser, `${url}worker.html`), place);
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
      { how: "with COOP and COEP, in a worker", headers: ISOLATION, page: "worker.html" },
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
    ])(
      "$how, reads, trains and recommends",
      async ({ headers, page = "index.html", query = "" }) => {
        const answers = { "/worker.js": workerFile(headers) };
        const path = `${page}${query}`;
        expectSame(await visited(browser, site, { path, headers, answers }), place);
        const { recommended } = place.expected;
        expect(await visited(browser, site, { path: "recommend.html", headers })).toEqual({
          recommended,
        });
      },
    );

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

test.skipIf(!tools).each([
  { bundler: "esbuild", build: withEsbuild },
  { bundler: "Rollup", build: withRollup },
])("a page that only recommends loads 20 KB with its kernels, by $bundler", async ({ build }) => {
  const { bytes, requests, kernels } = await recommendOnly(build, place, tools!);
  expect(kernels).toEqual(["serving", "serving-relaxed"]); // the second when a model is quantised
  expect(bytes).toBeLessThanOrEqual(20_480);
  expect(requests).toBeLessThanOrEqual(3);
});

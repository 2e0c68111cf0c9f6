/** What a page that refuses a worker or WebAssembly is told: for each cause its own sentence and remedy. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../sources.js";
import { bundlePage } from "./bundle.js";
import { type Answer, findChromium, launch, serve } from "./chromium.js";
import type { Attempt, PageFunctions, Way } from "./page/main.js";

const executable = findChromium();
/** Milliseconds within which it is told. */
const SOON = 5000;

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const SCRIPT = { "Content-Type": "text/javascript" };
const PROGRAM = readFileSync(join(ROOT, "dist/threads/worker.web.js"), "utf8");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

/** Files beside the page that `createWorker` may name. */
const FILES: Readonly<Record<string, Answer>> = {
  "/worker.js": { body: PROGRAM, headers: SCRIPT },
  "/isolated.js": { body: PROGRAM, headers: { ...SCRIPT, ...ISOLATION } },
  "/newer.js": { body: PROGRAM.replaceAll(version, "9.9.9"), headers: SCRIPT },
  "/silent.js": { body: "", headers: SCRIPT },
  "/chatty.js": { body: "onmessage = () => postMessage('hello')", headers: SCRIPT },
  "/page.js": { body: "<!doctype html>", headers: { "Content-Type": "text/html" } },
  "/module.js": { body: "import './worker.js'", headers: SCRIPT },
};
const OWN_FILE = "The worker of `createWorker` must run the file of `gru4rec/worker`.";
const NO_BLOB =
  "worker: expected a page that may start one from blob:, got a Content-Security-Policy that forbids it. " +
  "Allow blob: in worker-src, pass `createWorker`, or pass `threads: 0`.";

function policy(rules: string): Record<string, string> {
  return { "Content-Security-Policy": `default-src 'self'; img-src data:; ${rules}` };
}

interface Case {
  readonly title: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly way?: Way;
  /** A part of the message; `none` where it must work. */
  readonly told: string;
}
const WASM = "script-src 'self' 'wasm-unsafe-eval'";
const TRUSTED = policy(`${WASM}; worker-src 'self' blob:; require-trusted-types-for 'script'`);

const CASES: readonly Case[] = [
  {
    title: "a worker's URL that is wrong",
    way: { workerFile: "/nowhere.js" },
    told: "createWorker: expected the URL of a script, got one that does not load. It must be of the page's own origin and answer with the file of `gru4rec/worker`.",
  },
  {
    title: "a wrong URL, on an isolated page",
    headers: ISOLATION,
    way: { workerFile: "/nowhere.js" },
    told: "createWorker: expected the URL of a script, got one that does not load.",
  },
  {
    title: "a wrong URL that answers with a page",
    way: { workerFile: "/page.js" },
    told: OWN_FILE,
  },
  { title: "a script that says nothing", way: { workerFile: "/silent.js" }, told: OWN_FILE },
  { title: "a script that says something", way: { workerFile: "/chatty.js" }, told: OWN_FILE },
  { title: "a module started as a script", way: { workerFile: "/module.js" }, told: OWN_FILE },
  {
    title: "a worker of another version",
    way: { workerFile: "/newer.js" },
    told: `worker: expected the program of gru4rec ${version}, got that of 9.9.9. ${OWN_FILE}`,
  },
  {
    title: "a worker's file without the page's COEP",
    headers: ISOLATION,
    way: { workerFile: "/worker.js" },
    told: "/worker.js without it. Check the URL, and send the header with the file.",
  },
  {
    title: "COEP without COOP, and a file without it",
    headers: { "Cross-Origin-Embedder-Policy": "credentialless" },
    way: { workerFile: "/worker.js" },
    told: "createWorker: expected a file with the header Cross-Origin-Embedder-Policy that the page has, got http",
  },
  {
    title: "COEP on page and file",
    headers: ISOLATION,
    way: { workerFile: "/isolated.js" },
    told: "none",
  },
  { title: "COOP and COEP on the page only", headers: ISOLATION, told: "none" },
  { title: "worker-src 'self'", headers: policy(`${WASM}; worker-src 'self'`), told: NO_BLOB },
  { title: "script-src 'self' alone", headers: policy(WASM), told: NO_BLOB },
  {
    title: "worker-src 'self' and a file",
    headers: policy(`${WASM}; worker-src 'self'`),
    way: { workerFile: "/worker.js" },
    told: "none",
  },
  { title: "worker-src blob:", headers: policy(`${WASM}; worker-src blob:`), told: "none" },
  {
    title: "worker-src blob: and a file",
    headers: policy(`${WASM}; worker-src blob:`),
    way: { workerFile: "/worker.js" },
    told: "/worker.js. Allow it in worker-src, or pass `threads: 0`.",
  },
  {
    title: "a policy that forbids WebAssembly",
    headers: policy("script-src 'self'"),
    told: "Allow 'wasm-unsafe-eval' in the script-src of the page's Content-Security-Policy.",
  },
  {
    title: "Trusted Types",
    headers: TRUSTED,
    told: "Pass `createWorker` that gives Worker a TrustedScriptURL, or pass `threads: 0`.",
  },
  {
    title: "Trusted Types and a URL that is a text",
    headers: TRUSTED,
    way: { workerFile: "/worker.js" },
    told: "Pass `createWorker` that gives Worker a TrustedScriptURL, or pass `threads: 0`.",
  },
  {
    title: "Trusted Types and a URL of a policy",
    headers: TRUSTED,
    way: { workerFile: "/worker.js", instead: "asks a policy" },
    told: "none",
  },
  {
    title: "a worker of another origin",
    way: { workerFile: "http://localhost:9/worker.js" },
    told: "Serve the file of `gru4rec/worker` from the page's own origin, and allow it in worker-src.",
  },
  {
    title: "createWorker that throws",
    way: { instead: "throws" },
    told: "createWorker: expected a worker, got Error: no worker today.",
  },
  {
    title: "createWorker that returns nothing",
    way: { instead: "returns nothing" },
    told: "ConfigError: createWorker: expected a function that returns a Worker, got undefined",
  },
  {
    title: "createWorker that is async",
    way: { instead: "returns a promise" },
    told: "ConfigError: createWorker: expected a function that returns a Worker, got [object Promise]",
  },
];

describe.skipIf(!executable)("A page is told of", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    [folder, browser] = await Promise.all([bundlePage("refused"), launch(executable!)]);
  }, 120_000);
  afterAll(() => browser?.close());

  test.each(CASES)("$title", async ({ headers = {}, way = {}, told }) => {
    await using site = await serve(folder, headers, FILES);
    const page = await browser.newPage();
    await page.goto(site.url);
    await expectTold(page, way, told);
    if (told !== "none" && !told.includes("wasm-unsafe-eval")) {
      await expectTold(page, { threads: 0 }, "none");
    }
    await page.close();
  });

  test("a runtime without workers", async () => {
    await using site = await serve(folder, {});
    const page = await browser.newPage();
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, "Worker"));
    await page.goto(site.url);
    const told =
      "worker: expected a runtime with workers, got one without them. Pass `threads: 0`.";
    await expectTold(page, {}, told);
    await expectTold(page, { threads: 0 }, "none");
    await page.close();
  });

  test.each([
    ["no SIMD", "--js-flags=--no-enable-sse4-1", "WebAssembly: expected an engine with SIMD, got"],
    ["no WebAssembly", "--js-flags=--jitless", "WebAssembly: expected an engine that has it, got"],
  ])("a browser with %s", async (_, flag, told) => {
    const other = await launch(executable!, [flag]);
    try {
      await using site = await serve(folder, {});
      const page = await other.newPage();
      await page.goto(site.url);
      for (const way of [{}, { threads: 0 }]) await expectTold(page, way, told);
    } finally {
      await other.close();
    }
  });

  test("nothing where two copies of the library train at once", async () => {
    await using site = await serve(folder, ISOLATION);
    const page = await browser.newPage();
    await page.goto(site.url);
    const models = await page.evaluate(() =>
      (window as unknown as PageFunctions).trainWithTwoCopies(),
    );
    expect(models[1] === models[0]).toBe(true);
    await page.close();
  });
});

async function expectTold(page: Page, way: Way, told: string): Promise<void> {
  const { error, ms }: Attempt = await page.evaluate(
    (how) => (window as unknown as PageFunctions).tryTraining(how),
    way,
  );
  expect(error).toContain(told);
  if (told !== "none") expect(ms).toBeLessThan(SOON);
  expect(page.workers().length).toBeLessThanOrEqual(1); // one of a promise that nobody waits for
}

/**
 * The package in a page: bundled by Vite from its tarball, run by headless Chromium, compared bit for bit with Node.
 *
 * Skipped with one line when no Chromium is found (`CHROMIUM` names one in an unusual place).
 */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  evaluate,
  fit,
  GRU4Rec,
  type RetrievalIndex,
  Sessions,
  TwoTowers,
} from "../../src/index.js";
import { bundlePage } from "./bundle.js";
import { findChromium, launch, type Site, serve } from "./chromium.js";
import { clicks, MODEL, RECORDS, RETRIEVAL, TOWERS, TRAINING, walks } from "./clicks.js";
import type { Attempt, Findings, PageFunctions, Way } from "./page/main.js";
import { expectSmoothReading } from "./reading.js";

const executable = findChromium();
if (!executable)
  console.log("test/browser is skipped: no Chromium found (set CHROMIUM to its path).");

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const STRICT = {
  "Content-Security-Policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src data:",
};

let site: Promise<string> | undefined;
/** The folder to serve, made once. */
function bundled(): Promise<string> {
  site ??= bundlePage("browser");
  return site;
}

describe.skipIf(!executable)("the package in a page", () => {
  let browser: Browser;
  let folder: string;
  /** The same training in Node. */
  let node: { file: string; losses: readonly number[]; recall: number; recommended: string[] };

  beforeAll(async () => {
    [folder, browser, node] = await Promise.all([bundled(), launch(executable!), trainInNode()]);
  }, 120_000);

  afterAll(() => browser?.close());

  test("reads a gzip of 20 MB without holding the page's thread over 50 ms", async () => {
    await expectSmoothReading(browser, folder, 20);
  }, 120_000);

  describe.each([
    { title: "on a cross-origin isolated page", isolated: true, headers: ISOLATION, way: {} },
    { title: "on an ordinary page", isolated: false, headers: {}, way: {} },
    {
      title: "on a page that forbids blob:",
      isolated: true,
      headers: { ...ISOLATION, ...STRICT },
      way: { workerFile: true },
    },
  ])("$title", ({ isolated, headers, way }) => {
    let site: Site;
    let page: Page;
    let found: Findings;
    const complaints: string[] = [];
    let workers = 0;

    beforeAll(async () => {
      site = await serve(folder, headers);
      page = await browser.newPage();
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("requestfailed", (request) => complaints.push(`${request.url()} failed`));
      page.on("worker", () => ++workers);
      await page.goto(site.url);
      found = await trainInPage(page, way);
    }, 120_000);

    afterAll(async () => {
      await page?.close();
      await site?.[Symbol.asyncDispose]();
    });

    test("trains in a worker", () => {
      expect(found.isolated).toBe(isolated);
      expect(workers).toBeGreaterThan(0);
      expect(found.losses).toHaveLength(TRAINING.epochs);
    });

    test("gets the same bits as Node in portable numerics", () => {
      expect(found.losses).toEqual(node.losses);
      expect(found.model === node.file).toBe(true);
      expect(found.recall).toBe(node.recall);
    });

    test("gets the same bits on the page's own thread", async () => {
      const { losses, model } = await trainInPage(page, { ...way, threads: 0 });
      expect(losses).toEqual(node.losses);
      expect(model === node.file).toBe(true);
    });

    test("learns as well in fast numerics", async () => {
      const { losses } = await trainInPage(page, { ...way, numerics: "fast" });
      for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(node.losses[i]!, 3);
    });

    test("recommends the same as Node", () => {
      expect(found.recommended).toHaveLength(5);
      expect(found.recommended).toEqual(node.recommended);
    });

    test("loads a model saved in Node", async () => {
      const recommended = await page.evaluate(
        (file) => (window as unknown as PageFunctions).recommendWith(file),
        node.file,
      );
      expect(recommended).toEqual(node.recommended);
    });

    test("trains two towers as Node does, and answers from their index file alike", async () => {
      const file = await page.evaluate(
        (how) => (window as unknown as PageFunctions).retrieveHere(how),
        way,
      );
      const index = await indexInNode();
      expect(file === Buffer.from(index.toBytes()).toString("base64")).toBe(true);
      const answer = await page.evaluate(
        (bytes) => (window as unknown as PageFunctions).askIndex(bytes),
        file,
      );
      expect(answer).toEqual(
        index.recommend(["item 1", "item 2"], { count: 4, exclude: ["item 1"] }),
      );
    });

    test("leaves the main thread free while training", async () => {
      // A machine busy with other tests can stretch any task, so the best of three runs counts.
      const blocked = await page.evaluate(() =>
        (window as unknown as PageFunctions).watchBlocking(),
      );
      expect(blocked).toHaveLength(1);
      const runs: number[][] = [];
      do {
        runs.push(
          await page.evaluate(
            (how) => (window as unknown as PageFunctions).watchTraining(how),
            way,
          ),
        );
      } while (runs.at(-1)!.length > 0 && runs.length < 3);
      expect(runs.at(-1), `tasks over 50 ms in each run: ${JSON.stringify(runs)}`).toEqual([]);
    }, 120_000);

    test("says nothing on the console and asks for no missing file", () => {
      expect(complaints).toEqual([]);
    });
  });
});

describe.skipIf(!executable)("a page whose policy forbids", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    [folder, browser] = await Promise.all([bundled(), launch(executable!)]);
  }, 120_000);
  afterAll(() => browser?.close());

  const isolated = {
    ...ISOLATION,
    ...policy("script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'"),
  };
  const ordinary = policy("script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'");
  test.each([
    ["workers, where memory is shared,", isolated],
    ["workers, where it is not,", ordinary],
  ])("%s is told so within 2 s, and trains on its own thread", async (_, headers) => {
    await using site = await serve(folder, headers);
    const page = await browser.newPage();
    await page.goto(site.url);
    for (const [way, remedy] of [
      [{}, "Allow blob: in worker-src, pass `createWorker`, or pass `threads: 0`."],
      [{ workerFile: true }, ".js. Allow it in worker-src, or pass `threads: 0`."],
      [{ threads: 2 }, "Allow blob: in worker-src, pass `createWorker`, or pass `threads: 0`."],
    ] as const) {
      const { error, ms } = await tryInPage(page, way);
      expect(error).toMatch(/^WorkerError: (worker|createWorker): expected /);
      expect(error).toContain(remedy);
      expect(ms).toBeLessThan(2000);
      expect(page.workers()).toEqual([]);
    }
    expect(await tryInPage(page, { threads: 0 })).toMatchObject({ error: "none" });
    await page.close();
  });

  test("WebAssembly is told what to allow, each time", async () => {
    await using site = await serve(folder, policy("script-src 'self'"));
    const page = await browser.newPage();
    await page.goto(site.url);
    for (const way of [{}, { threads: 0 }]) {
      const { error, ms } = await tryInPage(page, way);
      expect(error).toMatch(/^ConfigError: WebAssembly: expected .* Allow 'wasm-unsafe-eval' in/);
      expect(ms).toBeLessThan(2000);
      expect(page.workers()).toEqual([]);
    }
    await page.close();
  });
});

function policy(rules: string): Record<string, string> {
  return { "Content-Security-Policy": `default-src 'self'; ${rules}; img-src data:` };
}

function tryInPage(page: Page, way: Way): Promise<Attempt> {
  return page.evaluate((how) => (window as unknown as PageFunctions).tryTraining(how), way);
}

function trainInPage(page: Page, way: Way): Promise<Findings> {
  return page.evaluate((how) => (window as unknown as PageFunctions).trainHere(how), way);
}

async function indexInNode(): Promise<RetrievalIndex> {
  const { ids, ...columns } = walks();
  const model = await TwoTowers.create(ids, TOWERS, RECORDS);
  await fit(model, { ...columns, items: model.items }, RETRIEVAL);
  return model.index();
}

async function trainInNode() {
  const sessions = Sessions.from(clicks());
  const model = await GRU4Rec.create(sessions.items, MODEL);
  const epochs = await fit(model, sessions, TRAINING);
  const { recall } = await evaluate(model, sessions, { cutoffs: [5], numerics: "portable" });
  return {
    file: Buffer.from(model.toBytes()).toString("base64"),
    losses: epochs.map(({ loss }) => loss),
    recall: recall[5] ?? Number.NaN,
    recommended: model
      .recommend(["item 1", "item 2"], { count: 5 })
      .map(({ itemId }) => String(itemId)),
  };
}

/** What README and docs/browser.md show of the package as installed: the first program, and pages. */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launch, serve } from "../browser/chromium.js";
import { blocksOf } from "../readme/blocks.js";
import { ROOT } from "../sources.js";
import * as bundlers from "./bundlers.js";
import { ISOLATION, visited } from "./pages.js";
import { Place, run } from "./place.js";
import { Tools } from "./tools.js";

const blocksIn = (path: string) => blocksOf(readFileSync(join(ROOT, path), "utf8"));
const pages = blocksIn("docs/browser.md");
const executable = findChromium();
const tools = Tools.install("quick");

/** Trains with the createWorker that docs/browser.md shows for the bundler. */
const TRAIN = `
  import { createWorker } from "./create-worker.js";
  import { files, reported } from "./page.js";
  import { trained } from "./app.js";
  reported(files().then(([plain, packed]) => trained(plain, packed, { createWorker })));`;

let place: Place;
beforeAll(async () => {
  place = await Place.make("readme");
}, 120_000);

function codeOf(info: string): string {
  const found = pages.filter((block) => block.info === info);
  expect(found.length, info).toBe(1);
  return found[0]!.code;
}

test("the first block is what a user of npm runs first, and the first program runs as it is", async () => {
  const [command, , program] = blocksIn("README.md");
  expect(command).toMatchObject({ info: "sh", code: "npx gru4rec demo\n" });
  expect(program!.info).toBe("js");
  const folder = place.cell("first");
  writeFileSync(join(folder, "first.mjs"), program!.code);
  const { stdout, stderr } = await run(process.execPath, ["first.mjs"], { cwd: folder });
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^\[ \{ itemId: 'gas', score: 9\.2\d+ \} \]\n$/);
});

describe.skipIf(!executable)("A page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(executable!);
  });
  afterAll(() => browser?.close());

  test.skipIf(!tools).each([
    { name: "vite", build: bundlers.vite },
    { name: "webpack", build: bundlers.webpack },
    { name: "esbuild", build: bundlers.esbuild },
    { name: "rollup", build: bundlers.rollup },
  ])(
    "of $name starts its own worker file as shown, where a policy forbids blob:",
    async ({ name, build }) => {
      const folder = place.cell(`own-worker-${name}`);
      writeFileSync(join(folder, "create-worker.js"), codeOf(`js ${name}`));
      writeFileSync(join(folder, "train.js"), TRAIN);
      const site = await build(place, folder, tools!);
      const rules = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
      const headers = { ...ISOLATION, "Content-Security-Policy": `default-src 'self'; ${rules}` };
      const { model, error } = await visited(browser, site, { headers });
      expect(error).toBeUndefined();
      expect(model === place.expected.model).toBe(true);
    },
    60_000,
  );

  test("without a bundler trains and recommends as shown", async () => {
    const folder = place.cell("no bundler");
    const dist = join(place.folder, "node_modules/gru4rec/dist");
    mkdirSync(join(folder, "dist"));
    cpSync(dist, join(folder, "dist"), { recursive: true });
    const code = codeOf("html");
    const [cdn = ""] = /https:[^"]+/.exec(code) ?? [];
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(cdn).toBe(`https://cdn.jsdelivr.net/npm/gru4rec@${version}/dist/gru4rec.js`);
    const shown = code.replace(cdn, "./dist/gru4rec.js").replace('"tent"', '"1"');
    writeFileSync(join(folder, "shown.html"), `<!doctype html><body>${shown}`);
    await using served = await serve(folder, {});
    const page = await browser.newPage();
    await page.goto(`${served.url}shown.html`);
    const shownList = await page.waitForFunction(() => {
      const text = document.body.lastChild?.nodeValue ?? "";
      return text.startsWith("[") && text;
    });
    expect(JSON.parse(String(await shownList.jsonValue()))).toHaveLength(5);
    await page.close();
  }, 60_000);
});

/**
 * The page of examples/web, built as it is put on a server, in headless Chromium: from the first screen over a log to
 * guesses, by keyboard, offline, without a word on the console and without a request to elsewhere.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildWeb } from "./bundle.js";
import { findChromium, launch, type Site, serve } from "./chromium.js";
import { clicks } from "./clicks.js";

const executable = findChromium();
/** Bytes of all that a training on a text loads, as gzip sends them. */
const MOST_BYTES = 132 * 1024;

const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** A log of our own columns, as bytes of a file. */
function log(name: string): { name: string; mimeType: string; buffer: Buffer } {
  const rows = clicks(600).map(({ sessionId, itemId, time }) => `${sessionId},${itemId},${time}`);
  const buffer = Buffer.from(`session_id,item_id,time\n${rows.join("\n")}\n`);
  return { name, mimeType: "text/csv", buffer };
}

describe.skipIf(!executable)("the page", () => {
  let browser: Browser;
  let context: BrowserContext;
  let folder: string;
  let site: Site;
  let page: Page;
  const complaints: string[] = [];
  const loaded = new Set<string>();
  /** What a training on a text loads: all but what is kept for later visits. */
  const needed = new Set<string>();

  beforeAll(async () => {
    [folder, browser] = await Promise.all([buildWeb(), launch(executable!)]);
    site = await serve(folder, ISOLATED);
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => complaints.push(message.text()));
    context.on("request", (request) => {
      loaded.add(request.url());
      if (!request.serviceWorker() && request.url().startsWith(site.url)) needed.add(request.url());
    });
    await page.goto(site.url);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  /** Chooses a file in the dialog that a button opens. */
  async function choose(name: string, file: ReturnType<typeof log>): Promise<void> {
    const button = page.getByRole("button", { name }).first();
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button.click()]);
    await chooser.setFiles(file);
  }

  async function accessibility(): Promise<string[]> {
    await page.evaluate(axe.source);
    const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
      "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)",
    );
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }

  test("says on its first screen what it is, accessibly", async () => {
    expect(await page.locator("h1").textContent()).toBe("What will they click next?");
    expect(await accessibility()).toEqual([]);
  });

  test("says in a sentence that a picture is no log, and goes on", async () => {
    const buffer = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46]);
    await choose("choose a file", { name: "harbour.jpg", mimeType: "image/jpeg", buffer });
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain("harbour.jpg is a picture. A click log is a table");
  });

  test("reads a log, and says what it understood", async () => {
    await choose("Choose another file", log("clicks.csv"));
    await page.getByText("What it has to beat").waitFor();
    const said = await page.locator("#data .says").textContent();
    expect(said).toMatch(/^[\d,]+ clicks in 600 visits to 60 items/);
    expect(await page.locator("#column-visit").inputValue()).toBe("session_id");
    expect(await accessibility()).toEqual([]);
  });

  test("learns, and answers clicks of the keyboard", async () => {
    await page.getByRole("button", { name: "Train", exact: true }).click();
    const search = page.locator("#search");
    await search.waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("item 7");
    await page.keyboard.press("Enter");
    await page.keyboard.type("item 9");
    await page.keyboard.press("Enter");
    await page.locator(".guesses li").first().waitFor();
    await page.getByRole("button", { name: "Save the model" }).waitFor();
    expect(await page.locator(".visit li").count()).toBe(2);
    await page.keyboard.press("Backspace");
    await page.locator(".visit li:nth-child(2)").waitFor({ state: "detached" });
    expect(await accessibility()).toEqual([]);
  }, 60_000);

  test("goes on without a network", async () => {
    await page.evaluate("navigator.serviceWorker.ready");
    await context.setOffline(true);
    await page.reload();
    await page.getByText("You left when it had learned.").waitFor();
    await page.getByRole("button", { name: "Show it" }).click();
    await page.locator("#search").waitFor();
    await page.locator("#map .dot").nth(59).waitFor();
    await context.setOffline(false);
  }, 60_000);

  test("asked nothing of other servers, and said nothing on the console", () => {
    expect(
      [...loaded].filter((url) => !url.startsWith(site.url) && !url.startsWith("blob:")),
    ).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("has loaded at most so many bytes, as gzip sends them", () => {
    const bytes = [...needed].reduce((sum, url) => {
      const path = url === site.url ? "index.html" : url.slice(site.url.length);
      return sum + gzipSync(readFileSync(join(folder, path)), { level: 9 }).length;
    }, 0);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  });
});

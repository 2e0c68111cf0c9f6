/** The page of examples/web for one file of tests: built, served and in a browser; what it says on the console is kept. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildWeb } from "./bundle.js";
import { findChromium, launch, type Site, serve } from "./chromium.js";
import { ISOLATED, opened, press } from "./web-page.js";

export const executable: string | undefined = findChromium();
/** Milliseconds that one use of the page may take. */
export const LONG = 120_000;

export interface WebSite {
  readonly browser: Browser;
  /** Where it was built. */
  readonly folder: string;
  readonly site: Site;
  /** Every word of the console. */
  readonly complaints: string[];
  /** A page of a context of its own, which ends with what is done there. */
  onPage(
    act: (page: Page, context: BrowserContext) => Promise<void>,
    from?: Browser,
    url?: string,
  ): Promise<void>;
}

/** @param name of the folder that it is built into */
export function webSite(name: string): WebSite {
  let browser: Browser;
  let folder: string;
  let site: Site;
  const complaints: string[] = [];

  beforeAll(async () => {
    if (!executable) return;
    [folder, browser] = await Promise.all([buildWeb(name), launch(executable)]);
    site = await serve(folder, ISOLATED);
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  return {
    complaints,
    get browser() {
      return browser;
    },
    get folder() {
      return folder;
    },
    get site() {
      return site;
    },
    async onPage(act, from = browser, url = site.url) {
      const context = await from.newContext();
      await act(await opened(context, url, complaints), context);
      await context.close();
    },
  };
}

/** The last test of a file: nothing of all before was said on the console. */
export function saysNothing({ complaints }: WebSite): void {
  test.skipIf(!executable)("nothing of this was said on the console", () => {
    expect(complaints).toEqual([]);
  });
}

/** Learns from the log on the page, to the end. */
export async function learned(page: Page): Promise<void> {
  await press(page, "Train");
  await page.getByRole("button", { name: "Save the model" }).waitFor({ timeout: LONG });
}

/** The page on a server that answers for one of its workers with another program. */
export async function withWorker(
  its: WebSite,
  which: "engine" | "map",
  change: (program: string) => string,
): Promise<Site> {
  const assets = join(its.folder, "assets");
  const size = (name: string): number => statSync(join(assets, name)).size;
  const files = readdirSync(assets).filter((name) => name.startsWith("worker-"));
  expect(files).toHaveLength(2);
  files.sort((a, b) => size(b) - size(a)); // the one that learns is the larger
  const file = files[which === "engine" ? 0 : 1]!;
  const body = change(readFileSync(join(assets, file), "utf8"));
  const headers = { ...ISOLATED, "Content-Type": "text/javascript" };
  return serve(its.folder, ISOLATED, { [`/assets/${file}`]: { body, headers } });
}

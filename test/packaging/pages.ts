/** Opens pages of the tiny app in Chromium and brings back what came out. */

import type { Browser } from "playwright-core";
import { type Answer, serve } from "../browser/chromium.js";
import type { Outcome } from "./place.js";

export const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export interface Visit {
  /** Page and query below the site, e.g. `index.html?threads=0`. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers?: Readonly<Record<string, Answer>>;
}

export async function visited(
  browser: Browser,
  site: string,
  { path = "index.html", headers = {}, answers = {} }: Visit = {},
): Promise<Outcome> {
  await using served = await serve(site, headers, answers);
  return await opened(browser, served.url + path);
}

/** A page's outcome; an error on the page before there is one is the outcome, too. */
export async function opened(browser: Browser, url: string): Promise<Outcome> {
  const page = await browser.newPage();
  try {
    const failed = new Promise<Outcome>((resolve) => {
      page.on("pageerror", (error) => resolve({ error: String(error) }));
    });
    await page.goto(url);
    const outcome = page
      .waitForFunction(() => (globalThis as { outcome?: unknown }).outcome, null, {
        timeout: 10_000,
      })
      .then((handle) => handle.jsonValue() as Promise<Outcome>)
      .catch((error: unknown) => ({ error: String(error) }));
    return await Promise.race([outcome, failed]);
  } finally {
    await page.close();
  }
}

/** A page makes the tables of the experiments as Node does, digit for digit: a network of each is trained again. */

import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXPERIMENTS } from "../../bench/experiments/experiments.js";
import { LOGS } from "../../bench/experiments/logs.js";
import { cheapestNetwork, DATA, isThere } from "../bench/finished.js";
import { ROOT } from "../sources.js";
import { findChromium, launch, type Site, serve } from "./chromium.js";
import type { ExperimentPage, Repeated } from "./experiment/main.js";

const executable = findChromium();

describe.skipIf(!executable)("an experiment in Chromium", () => {
  let browser: Browser;
  let site: Site;
  let page: Page;

  beforeAll(async () => {
    const outDir = join(ROOT, "build/browser/experiment");
    await build({
      root: join(ROOT, "test/browser/experiment"),
      configFile: false,
      logLevel: "error",
      build: { outDir, emptyOutDir: true, target: "es2022" },
    });
    [browser, site] = await Promise.all([launch(executable!), serve(outDir, {})]);
    page = await browser.newPage();
    await page.route("**/logs/**", (route) => {
      const file = new URL(route.request().url()).pathname.slice("/logs/".length);
      const isKnown = Object.values(LOGS).some(({ files }) => files.includes(file));
      return isKnown ? route.fulfill({ path: join(DATA, file) }) : route.abort();
    });
    await page.goto(site.url);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  describe.each(EXPERIMENTS)("$name", (experiment) => {
    const finished = cheapestNetwork(experiment);
    test.skipIf(!finished || !isThere(experiment))(
      "has the digits of Node",
      async () => {
        const { row, key, run } = finished!;
        const { lists } = experiment;
        const found: Repeated = await page.evaluate(
          ([of, which]) => (window as unknown as ExperimentPage).repeat(of, which),
          [key, lists] as const,
        );
        expect({ row: row.label, ...found }).toEqual({
          row: row.label,
          values: run.values,
          losses: run.losses,
          events: run.events,
        });
      },
      7_200_000,
    );
  });
});

/** A gzip of 500 MB in a page. */

import { expect, test } from "vitest";
import { bundlePage } from "./bundle.js";
import { findChromium, launch } from "./chromium.js";
import { expectSmoothReading } from "./reading.js";

const executable = findChromium();

test.skipIf(!executable)(
  "a gzip of 500 MB never holds the page's thread over 50 ms",
  async () => {
    const [folder, browser] = await Promise.all([bundlePage("reading"), launch(executable!)]);
    try {
      const reading = await expectSmoothReading(browser, folder, 500);
      console.log(`read in a page: ${JSON.stringify(reading)}`);
      expect(reading.packed).toBeLessThan(500 * 2 ** 20);
    } finally {
      await browser.close();
    }
  },
  1_800_000,
);

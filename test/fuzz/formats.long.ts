/** 30 million broken inputs: a million of each table, a hundred times as many files as in CI. */

import { describe, expect, test } from "vitest";
import { formats, tableFormats } from "./formats.js";
import { fuzz } from "./fuzz.js";

describe("a broken file", () => {
  test.each(formats)("$name: is refused with FormatError or read, quickly", async (format) => {
    const share = tableFormats.includes(format) ? 1 : format.share;
    const report = await fuzz(format, 1_000_000 * share, 52);
    console.log(`${format.name}: ${JSON.stringify(report)}`);
    expect(report.growthMb).toBeLessThan(64);
  });
});

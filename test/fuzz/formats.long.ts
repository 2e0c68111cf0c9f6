/** 30 million broken inputs. */

import { describe, expect, test } from "vitest";
import { formats } from "./formats.js";
import { fuzz } from "./fuzz.js";

describe("a broken file", () => {
  test.each(formats)("$name: is refused with FormatError or read, quickly", async (format) => {
    const report = await fuzz(format, 1_000_000 * format.share, 52);
    console.log(`${format.name}: ${JSON.stringify(report)}`);
    expect(report.growthMb).toBeLessThan(64);
  });
});

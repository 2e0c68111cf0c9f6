/** Broken inputs, 10,000 times the share of each format (formats.ts); `npm run test:long` has far more. */

import { describe, expect, test } from "vitest";
import { formats } from "./formats.js";
import { fuzz } from "./fuzz.js";

describe("a broken file", () => {
  test.each(formats)(
    "$name: is refused with FormatError or read, quickly",
    async (format) => {
      const { accepted, inputs, growthMb } = await fuzz(format, 10_000 * format.share, 51);
      expect(accepted).toBeGreaterThan(inputs / 1000);
      expect(accepted).toBeLessThan(inputs * 0.95);
      expect(growthMb).toBeLessThan(64);
    },
    900_000,
  );
});

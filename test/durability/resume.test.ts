/** A training that stops at any step and goes on in a new process ends with the same bits. */

import { describe, expect, test } from "vitest";
import { expectSameBits, hashOf, TRAININGS } from "./resume.js";

describe("training that is stopped twice and resumed in new processes", () => {
  test.concurrent.each(Object.entries(TRAININGS))(
    "ends with the same bits: %s",
    async (name, training) => {
      const whole = await hashOf(training);
      expect(whole).toMatch(/^[0-9a-f]{64}$/);
      await expectSameBits(training, whole, 2, name.length);
    },
  );
});

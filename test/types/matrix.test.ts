/** No error of ours in a strict project that checks declarations, whatever types of a platform it has. */

import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../sources.js";
import { complaints, installIn, PLATFORMS, RESOLUTIONS } from "./consumer.js";

const folder = join(ROOT, "build", "types-consumer");

beforeAll(() => installIn(folder), 60_000);

describe("a strict project with skipLibCheck: false", () => {
  test.each(PLATFORMS)(
    "compiles with types of $name",
    async (platform) => {
      expect(await complaints(folder, platform, RESOLUTIONS.NodeNext)).toBe("");
    },
    120_000,
  );

  test.each(["Node16", "Bundler", "Node10"] as const)(
    "compiles under moduleResolution %s",
    async (name) => {
      expect(await complaints(folder, PLATFORMS.at(-1)!, RESOLUTIONS[name])).toBe("");
    },
    120_000,
  );
});

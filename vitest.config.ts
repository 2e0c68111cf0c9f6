import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `vitest run` takes the tests, `vitest run --mode long` the ones that need minutes or real data. */
export default defineConfig(({ mode }) => ({
  resolve: {
    // The package's own names for its platform: package.json points them into dist, tests run on the sources.
    alias: {
      "#host": fileURLToPath(new URL("./src/threads/host.node.ts", import.meta.url)),
      "#port": fileURLToPath(new URL("./src/threads/port.node.ts", import.meta.url)),
    },
  },
  test: {
    globalSetup: "test/folders.ts",
    include: [mode === "long" ? "test/**/*.long.ts" : "test/**/*.test.ts"],
    testTimeout: mode === "long" ? 3_600_000 : 60_000,
  },
}));

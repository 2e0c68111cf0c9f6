import { fileURLToPath } from "node:url";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

/** Tests that compute, or run commands, and look at no clock: two files at a time, on however few cores. */
const COMPUTING = [
  "test/{assembly,baselines,files,golden,models,network,types,wasm}/**/*.test.ts",
  "test/cli/!(checkpoint|interrupt|progress|streams).test.ts",
  "test/{contracts/same-bits,durability/resume}.test.ts",
  "test/{examples,golden,gradients,package,readme,reference,window-gradients,wrong-kinds}.test.ts",
];

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
    server: { deps: { external: [/\/dist\//] } }, // the built program runs as it is built
    ...(mode === "long"
      ? { include: ["test/**/*.long.ts"], testTimeout: 3_600_000 }
      : {
          projects: [
            project("computing", 2, { include: COMPUTING }),
            project("others", 1, { include: ["test/**/*.test.ts"], exclude: COMPUTING }),
          ],
        }),
  },
}));

/** Projects run one after the other, each in so many processes. */
function project(
  name: string,
  maxWorkers: number,
  files: { include: string[]; exclude?: string[] },
): TestProjectInlineConfiguration {
  const sequence = { groupOrder: 3 - maxWorkers };
  return {
    extends: true,
    test: { name, ...files, maxWorkers, sequence, testTimeout: 60_000, hookTimeout: 60_000 },
  };
}

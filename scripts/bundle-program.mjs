/** Makes a program of TypeScript one file of plain JavaScript that this or another Node runs, below build/. */

import { resolve } from "node:path";
import { rolldown } from "rolldown";
import { ROOT } from "./stages.mjs";

/** @returns the path of the file */
export async function bundleProgram(path) {
  const build = await rolldown({
    cwd: ROOT,
    input: resolve(ROOT, path),
    platform: "node",
    tsconfig: false,
    external: /^node:|^[a-z@][^:]*$/, // builtins and packages stay imports
    resolve: {
      alias: { "#host": resolve(ROOT, "src/threads/host.node.ts") },
      extensionAlias: { ".js": [".ts", ".js"] },
    },
  });
  const file = `build/${path.replace(/\.ts$/, ".mjs")}`;
  await build.write({ file, format: "esm", codeSplitting: false });
  await build.close();
  return resolve(ROOT, file);
}

/** The worker program with threads that take turns, and with a race planted in it or none. */

import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A change of one source. */
export interface Planted {
  /** Path from the root. */
  readonly file: string;
  readonly change: (source: string) => string;
}

export async function workerProgram(planted?: Planted): Promise<string> {
  let hits = 0;
  const build = await rolldown({
    cwd: ROOT,
    input: `${ROOT}src/threads/worker.ts`,
    platform: "node",
    tsconfig: false,
    external: /^node:/,
    resolve: {
      alias: { "#port": `${ROOT}test/races/port.ts`, "#host": `${ROOT}src/threads/host.node.ts` },
      extensionAlias: { ".js": [".ts", ".js"] },
    },
    plugins: [
      {
        name: "turns",
        resolveId: (source, importer) =>
          source === "./start.js" && importer?.endsWith("src/threads/serve.ts")
            ? `${ROOT}test/races/start.ts`
            : null,
        transform: (source, id) => {
          if (!planted || id !== ROOT + planted.file) return null;
          const changed = planted.change(source);
          if (changed !== source) hits++;
          return changed;
        },
      },
    ],
  });
  const { output } = await build.generate({ format: "cjs", codeSplitting: false });
  await build.close();
  if (planted && hits !== 1)
    throw new Error(`${planted.file} is not changed in the worker program`);
  return output[0].code;
}

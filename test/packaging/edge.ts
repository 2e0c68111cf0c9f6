/** The tiny app at the edge: bundled as its tools do, run by workerd. */

import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineBinary } from "../../scripts/engines.mjs";
import { type Outcome, type Place, run } from "./place.js";
import type { Tools } from "./tools.js";

/** A service of one worker: its script, the kernels of the package, the file of a model. */
const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .app)]);
const app :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  modules = [
    (name = "main.mjs", esModule = embed "main.mjs"),
    (name = "gru4rec/wasm/serving.wasm", wasm = embed "serving.wasm"),
    (name = "model.bin", data = embed "model.bin"),
  ],
);
`;

/** Path of the runtime, or undefined, with one line that says so, where it cannot be installed. */
export function findWorkerd(): string | undefined {
  try {
    return engineBinary("workerd");
  } catch (error) {
    console.log(`Skipped: workerd (${(error as Error).message}).`);
    return undefined;
  }
}

/** `told` is what recommending says before the kernels are handed in. */
export async function atTheEdge(
  binary: string,
  place: Place,
  tools: Tools,
): Promise<Outcome & { readonly told?: string }> {
  const folder = place.cell("workerd");
  const { build } = await tools.load("esbuild");
  await build({
    entryPoints: [join(folder, "edge.js")],
    outfile: join(folder, "main.mjs"),
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm", "*.bin"],
    logLevel: "silent",
  });
  const wasm = join(place.folder, "node_modules/gru4rec/dist/wasm/serving.wasm");
  cpSync(wasm, join(folder, "serving.wasm"));
  writeFileSync(join(folder, "config.capnp"), CONFIG);
  const { stdout } = await run(binary, ["test", "config.capnp"], { cwd: folder, timeout: 20_000 });
  return JSON.parse(stdout.trim().split("\n").at(-1)!);
}

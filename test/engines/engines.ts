/** Runs program.ts under an engine, on a copy of the built package, with shared memory or without. */

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { ROOT } from "../sources.js";

/** One training: how, where, and the hash of its weights. */
export interface Trained {
  readonly engine: string;
  readonly shared: boolean;
  readonly numerics: string;
  readonly threads: number;
  readonly hash: string;
}

/** A folder with the program and the package as it would be installed; outside, where no tsconfig.json is. */
export async function install(shared: boolean): Promise<string> {
  const app = mkdtempSync(join(tmpdir(), "gru4rec-engines-"));
  const installed = join(app, "node_modules", "gru4rec");
  mkdirSync(installed, { recursive: true });
  for (const path of ["dist", "package.json"]) {
    cpSync(join(ROOT, path), join(installed, path), { recursive: true });
  }
  writeFileSync(join(app, "package.json"), '{"type":"module"}');
  if (!shared) {
    const host = join(installed, "dist/threads/host.node.js");
    const code = readFileSync(host, "utf8");
    const alone = code.replace("canShareMemory: () => true", "canShareMemory: () => false");
    if (alone === code) throw new Error(`${host}: expected what says that memory is shared`);
    writeFileSync(host, alone);
  }
  const build = await rolldown({
    input: join(ROOT, "test/engines/program.ts"),
    platform: "node",
    tsconfig: false,
    external: /^node:|^gru4rec$/,
    resolve: { extensionAlias: { ".js": [".ts"] } },
  });
  await build.write({ file: join(app, "program.mjs"), format: "esm", codeSplitting: false });
  await build.close();
  return app;
}

/** How an engine that is no Node is told to run a program. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  bun: ["run"],
  deno: ["run", "-A", "--node-modules-dir=manual"],
};

export async function trainedUnder(
  engine: string,
  binary: string,
  app: string,
  shared: boolean,
  flags: readonly string[] = FLAGS[engine] ?? [],
): Promise<Trained[]> {
  const run = promisify(execFile);
  const { stdout } = await run(binary, [...flags, "program.mjs"], { cwd: app, timeout: 300_000 });
  const lines = stdout.trim().split("\n");
  return lines.map((line) => ({ engine, shared, ...(JSON.parse(line) as object) }) as Trained);
}

/** The test page, bundled by Vite against the package as it would be installed: from its own tarball. */

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import { ROOT } from "../sources.js";

const run = promisify(execFile);

/** Packs, installs beside a copy of the page, bundles; returns the folder to serve. Each user names its own. */
export async function bundlePage(name: string): Promise<string> {
  const app = join(ROOT, "build", "browser", name);
  const installed = join(app, "node_modules", "gru4rec");
  rmSync(app, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });

  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", app], { cwd: ROOT });
  // What is built before packing is told first.
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf("[\n")));
  await run("tar", ["-xzf", join(app, filename), "-C", installed, "--strip-components=1"]);
  cpSync(join(ROOT, "test/browser/page"), join(app, "page"), { recursive: true });
  cpSync(join(ROOT, "test/browser/clicks.ts"), join(app, "clicks.ts"));

  const outDir = join(app, "site");
  await build({
    root: join(app, "page"),
    configFile: false,
    logLevel: "warn",
    build: { outDir, emptyOutDir: true },
  });
  return outDir;
}

/** The page of examples/web as `npm run web:build` makes it; returns the folder to serve. Each user names its own. */
export async function buildWeb(name: string): Promise<string> {
  const outDir = join(ROOT, "build", "browser", name);
  const root = join(ROOT, "examples/web");
  const configFile = join(root, "vite.config.ts");
  await build({ root, configFile, logLevel: "error", build: { outDir, emptyOutDir: true } });
  return outDir;
}

/** Bundlers and runtimes that the project itself does not need, installed below build/ when first asked for. */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../sources.js";

/** The tools of one manifest: test/packaging/tools/NAME. */
export class Tools {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Undefined, with one line that says so, where they cannot be installed. */
  static install(name: "quick" | "long" | "onnx"): Tools | undefined {
    const manifests = join(ROOT, "test/packaging/tools", name);
    const folder = join(ROOT, "build/packaging-tools", name);
    const lock = "package-lock.json";
    const isCurrent =
      existsSync(join(folder, "node_modules/.package-lock.json")) &&
      readFileSync(join(folder, lock)).equals(readFileSync(join(manifests, lock)));
    if (isCurrent) return new Tools(folder);
    mkdirSync(folder, { recursive: true });
    cpSync(manifests, folder, { recursive: true });
    const flags = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--no-save"];
    const { status, stderr } = spawnSync("npm", ["install", ...flags], {
      cwd: folder,
      encoding: "utf8",
      timeout: 300_000,
    });
    if (status === 0) return new Tools(folder);
    const [reason = "npm did not end"] = String(stderr).trim().split("\n");
    console.log(
      `Skipped: what needs test/packaging/tools/${name}, which npm cannot install (${reason}).`,
    );
    return undefined;
  }

  /** Imports a tool. */
  // biome-ignore lint/suspicious/noExplicitAny: its types are not installed with this project
  async load(name: string): Promise<any> {
    const resolve = createRequire(join(this.folder, "package.json")).resolve;
    const module = await import(pathToFileURL(resolve(name)).href);
    return module.default ?? module;
  }

  version(name: string): string {
    const manifest = join(this.folder, "node_modules", name, "package.json");
    return JSON.parse(readFileSync(manifest, "utf8")).version;
  }
}

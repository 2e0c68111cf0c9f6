/**
 * JavaScript engines from npm, installed below build/ when first asked for: other Nodes, Bun, Deno and workerd.
 *
 * Only the platform's own binary package is installed, and no script of it is run.
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ROOT } from "./stages.mjs";

const PLATFORM = `${process.platform}-${process.arch}`;
const LIBC = process.platform === "linux" ? "-glibc" : "";

/** Name → package, version and binary within it. */
const ENGINES = {
  ...Object.fromEntries(
    ["20", "22", "24", "26"].map((version) => [
      `node-${version}`,
      { name: `node-${PLATFORM}`, version, binary: "bin/node" },
    ]),
  ),
  bun: { name: `@oven/bun-${PLATFORM}`, version: "1", binary: "bin/bun" },
  deno: { name: `@deno/${PLATFORM}${LIBC}`, version: "2", binary: "deno" },
};

/** Cloudflare's runtime of the edge, which runs services and no programs. */
const WORKERD = {
  name: `@cloudflare/workerd-${PLATFORM.replace("-x64", "-64")}`,
  version: "1.20261117.1",
  binary: "bin/workerd",
};

export const ENGINE_NAMES = Object.keys(ENGINES);

/** The path of an engine's binary: the running Node where it is the one, else npm's package of it. */
export function engineBinary(engine) {
  if (engine === `node-${process.versions.node.split(".")[0]}`) return process.execPath;
  const known = engine === "workerd" ? WORKERD : ENGINES[engine];
  if (!known) throw new Error(`expected one of ${ENGINE_NAMES.join(", ")}, got ${engine}`);
  const folder = resolve(ROOT, `build/${engine}`);
  const path = resolve(folder, "node_modules", known.name, known.binary);
  const wanted = `${known.name}@${known.version}`;
  if (!existsSync(path)) {
    console.error(`gru4rec: installing ${engine} (npm package ${known.name}) into build/${engine}`);
    const install = ["install", "--no-save", "--ignore-scripts", "--prefix", folder, wanted];
    spawnSync("npm", install, { stdio: ["ignore", "ignore", "inherit"] });
  }
  if (existsSync(path)) return path;
  throw new Error(`expected npm to install ${wanted}, got nothing at ${path}`);
}

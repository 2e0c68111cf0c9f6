/** By which code, and on what, a run is made. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Run } from "./types.js";

/** Sources that decide no figure. */
const ELSEWHERE = /^src\/(browser|cli|prepare|updating)\//;

export function surroundings(
  root: string,
): Pick<Run, "code" | "commit" | "version" | "node" | "machine"> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const [cpu] = cpus();
  return {
    code: codeHash(root),
    commit: lastCommit(root),
    version,
    node: process.versions.node,
    machine: `${cpus().length} × ${cpu?.model.trim() ?? "unknown"}`,
  };
}

/** Of what stands in assembly/ and src/, without what is generated. */
function codeHash(root: string): string {
  const hash = createHash("sha256");
  for (const folder of ["assembly", "src"]) {
    for (const path of sourcesBelow(root, folder)) {
      const bytes = readFileSync(join(root, path));
      hash.update(`${path}\0${bytes.length}\0`).update(bytes);
    }
  }
  return hash.digest("hex").slice(0, 12);
}

function sourcesBelow(root: string, folder: string): string[] {
  const found = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return found
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts") && !ELSEWHERE.test(path))
    .filter((path) => !/^src\/(wasm\/binaries|threads\/program\.)/.test(path))
    .sort();
}

function lastCommit(root: string): string | null {
  const command = ["log", "-1", "--format=%h", "--abbrev=9", "--", "assembly", "src"];
  const { status, stdout } = spawnSync("git", command, { cwd: root, encoding: "utf8" });
  return status === 0 && stdout !== "" ? stdout.trim() : null;
}

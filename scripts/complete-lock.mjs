/**
 * Completes package-lock.json after `npm install`: run it whenever a dependency changed.
 *
 * A registry that does not carry every platform's build of a native tool makes npm leave those builds out of the lock
 * file, and `npm ci` then refuses the file everywhere. They are added here as npm would write them: the version that the
 * tool asks for exactly, optional, bound to their platform, without a checksum.
 */

import { readFileSync, writeFileSync } from "node:fs";

const PATH = new URL("../package-lock.json", import.meta.url);

const lock = JSON.parse(readFileSync(PATH, "utf8"));
let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    // "@biomejs/cli-linux-x64-musl", "@oxc-parser/binding-darwin-arm64"
    const [, os, cpu, libc] = /\/\w+-([a-z0-9]+)-(\w+)(?:-(\w+))?$/.exec(name) ?? [];
    if (!/^\d/.test(version) || cpu === undefined)
      throw new Error(`cannot lock ${name}@${version}`);
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      dev: true,
      ...(os === "linux" && libc ? { libc: [libc.startsWith("musl") ? "musl" : "glibc"] } : {}),
      optional: true,
      os: [os],
    };
    added++;
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(PATH, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${added} packages of other platforms added`);

/** Whether a package that stands at `path` finds `name` in a node_modules at or above it. */
function isLocked(path, name) {
  for (let at = path; ; at = at.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, "")) {
    if (lock.packages[`${at}${at && "/"}node_modules/${name}`]) return true;
    if (at === "") return false;
  }
}

/**
 * Makes the working tree ready to run: dependencies as package-lock.json says, dist/ as the sources say.
 *
 * Silent and quick when there is nothing to do, one line per thing done, one sentence when it cannot.
 * Plain syntax and builtins up to the version check, so that an old Node can read as far as the sentence.
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OLDEST_NODE = [20, 19];

try {
  checkNode();
  if (!dependenciesAreCurrent()) installDependencies();
  const { build } = await import("./build.mjs");
  await build();
} catch (error) {
  console.error(`gru4rec: ${error.message}`);
  process.exitCode = 1;
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Error(`expected Node ${OLDEST_NODE.join(".")} or later, got ${process.versions.node}.`);
}

/** True when node_modules holds every package at the version that package-lock.json names. */
function dependenciesAreCurrent() {
  let installed;
  try {
    installed = readPackages("node_modules/.package-lock.json");
  } catch {
    return false; // nothing installed, or not by npm
  }
  return Object.entries(readPackages("package-lock.json")).every(([path, wanted]) => {
    if (path === "") return true;
    const found = installed[path];
    // Optional packages are mostly other platforms' binaries, which npm leaves out.
    return found ? found.version === wanted.version : wanted.optional === true;
  });
}

/** The `packages` table of a lock file: path below the root → its entry. */
function readPackages(lockFile) {
  return JSON.parse(readFileSync(new URL(`../${lockFile}`, import.meta.url), "utf8")).packages;
}

function installDependencies() {
  const start = performance.now();
  console.log("gru4rec: installing dependencies (npm ci)");
  // npm tells its own scripts where it is; otherwise (pnpm, plain node) it is the `npm` on the path.
  const npm = process.env.npm_execpath?.match(/.*npm-cli\.[cm]?js$/)?.[0];
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const { error, status, stdout, stderr } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: ROOT, encoding: "utf8" })
    : spawnSync(["npm", ...args].join(" "), { cwd: ROOT, encoding: "utf8", shell: true });
  if (error || status !== 0) {
    const said = error ? [error.message] : `${stdout}${stderr}`.trim().split("\n");
    // The cause comes first, the log file last; between them npm may explain all its flags.
    const shown = said.length > 16 ? [...said.slice(0, 12), "…", ...said.slice(-2)] : said;
    throw new Error(`npm ci failed:\n${shown.join("\n")}`);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`gru4rec: installed dependencies (${seconds} s)`);
}

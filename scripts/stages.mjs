/**
 * A build stage runs only when what it reads has changed since it last succeeded.
 *
 * What a stage read and wrote is remembered in build/stages.json as one hash and a list of files.
 */

import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json. Every path given to this module is relative to it. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

const RECORD = "build/stages.json";

/** All files below a folder that `keep` accepts, sorted, relative to the root. */
export function filesBelow(folder, keep = () => true) {
  if (!existsSync(resolve(ROOT, folder))) return [];
  return readdirSync(resolve(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)))
    .map((path) => path.split(sep).join("/"))
    .filter(keep)
    .sort();
}

/** Writes a file if its content differs: whole or not at all, so a concurrent reader never sees half. */
export function writeIfChanged(path, content) {
  const target = resolve(ROOT, path);
  if (existsSync(target) && readFileSync(target).equals(Buffer.from(content))) return;
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, target);
}

/**
 * Runs `work` unless the inputs have the hash of its last success and all its outputs are still there.
 *
 * `work` returns `{ outputs, summary }`: the files it wrote and half a line telling what it did.
 */
export async function stage(name, inputs, work) {
  const record = readRecord();
  const hash = hashOf(inputs);
  const last = record[name];
  const fresh =
    last?.hash === hash && last.outputs.every((path) => existsSync(resolve(ROOT, path)));
  if (fresh) return;

  const start = performance.now();
  const { outputs, summary } = await work();
  writeIfChanged(RECORD, JSON.stringify({ ...readRecord(), [name]: { hash, outputs } }));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`gru4rec: built ${summary} (${seconds} s)`);
}

/** The first lines of a tool's output and its last: one mistake can make hundreds of messages. */
export function head(text, lines = 40) {
  const all = text.trim().split("\n");
  return all.length <= lines
    ? all.join("\n")
    : [...all.slice(0, lines), `… ${all.at(-1)}`].join("\n");
}

function readRecord() {
  try {
    return JSON.parse(readFileSync(resolve(ROOT, RECORD), "utf8"));
  } catch {
    return {}; // never built, or a record that is not ours: build everything
  }
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const content = readFileSync(resolve(ROOT, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** Files of Node: written whole or not at all, and told about in words. */

import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, cut, FormatError, sentence, words } from "../errors.js";
import type { Address } from "../platform.js";

/** Bytes that are read at a time; the system refuses 2 GiB. */
const PIECE = 2 ** 26;

/**
 * Writes a file so that it is whole at every moment: a temporary file beside it is written, synced and
 * renamed over it, and the folder is synced. After a failure the old file is untouched.
 *
 * @throws Error saying what went wrong, with its cause
 */
export async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await replaceFiles([file], async ([temporary]) => {
      const handle = await open(temporary!, "wx");
      try {
        await handle.writeFile(bytes);
      } finally {
        await handle.close();
      }
    });
  } catch (cause) {
    const found = words(reasonOf(cause));
    throw new Error(sentence(file, `to write ${bytes.length} bytes`, found), { cause });
  }
}

/**
 * The bytes of a file, of any length: read in pieces, others have their turn between them. What is no
 * regular file is read to its end.
 *
 * @throws Error of the system
 */
export async function readWhole(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const found = await handle.stat();
    if (!found.isFile()) return await handle.readFile();
    const bytes = allocated(found.size);
    let length = 0;
    while (length < bytes.length) {
      const piece = Math.min(PIECE, bytes.length - length);
      const { bytesRead } = await handle.read(bytes, length, piece, length);
      if (bytesRead === 0) break; // it was cut off meanwhile
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/** The first bytes of a regular file; none of what is no regular file. @throws Error of the system */
export async function readHead(file: string, length: number): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    if (!(await handle.stat()).isFile()) return new Uint8Array(0);
    const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function allocated(size: number): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch {
    throw new Error(`${(size / 2 ** 30).toFixed(1)} GiB, more than there is memory`);
  }
}

/** Removes what a process that was killed left behind while it wrote this file. */
export async function removeLeftovers(file: string): Promise<void> {
  const path = await realpath(file).catch(() => file);
  const prefix = leftoverPrefix(path);
  const names = await readdir(dirname(path)).catch((): string[] => []);
  for (const name of names.filter((found) => found.startsWith(prefix))) {
    await rm(join(dirname(path), name), { force: true, recursive: true });
  }
}

/**
 * Finds out before the work whether a file can be written: its folder must exist and take a new
 * file, and what stands at the path must be a regular file or nothing.
 *
 * @throws ConfigError
 */
export async function checkWritable(path: string | Address): Promise<void> {
  const file = pathOf(path);
  const found = await stat(file).catch(() => undefined);
  if (found && !found.isFile()) {
    const kind = found.isDirectory() ? "a folder" : "a device or pipe";
    throw new ConfigError(file, "the path of a file to write", words(kind));
  }
  const probe = besideOf(await realpath(file).catch(() => file));
  try {
    await (await open(probe, "wx")).close(); // access() does not know read-only mounts and quotas
    await rm(probe);
  } catch (cause) {
    throw new ConfigError(file, "a path in a writable folder", words(reasonOf(cause)));
  }
}

/**
 * Writes files beside the paths, and moves them there when all are whole.
 *
 * @param paths of regular files, or of none yet
 * @param write makes the temporary files, in the order of the paths
 * @throws what `write` does, or the system; no temporary file is left
 */
export async function replaceFiles(
  paths: readonly string[],
  write: (temporary: readonly string[]) => Promise<void>,
): Promise<void> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  const temporary = real.map(besideOf);
  try {
    await write(temporary);
    for (const [i, path] of real.entries()) await finishFile(temporary[i]!, path);
    for (const [i, path] of real.entries()) await rename(temporary[i]!, path);
  } catch (error) {
    for (const path of temporary) await rm(path, { force: true });
    throw error;
  }
  for (const folder of new Set(real.map(dirname))) await syncFolder(folder);
}

/** Everything of a file is on the disk, and whoever could read the old one can read it. */
async function finishFile(temporary: string, path: string): Promise<void> {
  const old = await stat(path).catch(() => undefined);
  const handle = await open(temporary, "r+");
  try {
    if (old) await handle.chmod(old.mode & 0o777);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * A new folder beside a file, for what does not fit into memory while the file is made. What a process that
 * was killed left there before is removed.
 */
export async function newFolderBeside(file: string): Promise<string> {
  await removeLeftovers(file);
  const folder = besideOf(await realpath(file).catch(() => file));
  await mkdir(folder);
  return folder;
}

/** Makes a rename last. Where folders cannot be opened or synced (Windows), there is no need to. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path).catch(() => undefined);
  try {
    await handle?.sync().catch(() => {});
  } finally {
    await handle?.close();
  }
}

/** Of the same length whatever the file's name, which may be as long as names can be. */
function besideOf(path: string): string {
  const name = `${leftoverPrefix(path)}${randomBytes(6).toString("hex")}.tmp`;
  return join(dirname(path), name);
}

function leftoverPrefix(path: string): string {
  const name = createHash("sha256").update(basename(path)).digest("hex").slice(0, 8);
  return `.gru4rec-${name}-`;
}

export function pathOf(path: string | Address): string {
  if (typeof path === "string") return path;
  if (path instanceof URL && path.protocol === "file:") return fileURLToPath(path);
  throw new ConfigError("path", "a path or a file: URL", path);
}

export function unreadable(path: string, cause: unknown): FormatError {
  return new FormatError(path, "a file to read", words(reasonOf(cause)), undefined, { cause });
}

/** What `write` makes. An error of the system is told as one of this file. */
export async function saidInWords<Result>(
  file: string,
  expected: string,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (cause) {
    if (typeof (cause as NodeJS.ErrnoException | undefined)?.syscall !== "string") throw cause;
    throw new Error(sentence(file, expected, words(reasonOf(cause))), { cause });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  ENOTDIR: "no such file or folder",
  EISDIR: "a folder",
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "a read-only file system",
  ENOSPC: "a full disk",
  EDQUOT: "a used up disk quota",
};

/** What went wrong with a file, in words; those of the system when there are no better ones. */
export function reasonOf(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  // The system's words contain the whole path.
  return REASONS[code] ?? cut(cause instanceof Error ? cause.message : String(cause));
}

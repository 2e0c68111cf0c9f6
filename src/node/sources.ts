/** Tables of Node: paths, several of them, patterns, and `-` for standard input. */

import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Source } from "../data/read/source.js";
import { ConfigError, FormatError, words } from "../errors.js";
import type { Address } from "../platform.js";
import { pathOf, unreadable } from "./files.js";

/** A path, a pattern (`clicks-*.csv`), `-`, a URL, or any other source of bytes. */
export type NodeSource = string | Address | Exclude<Source, string>;

type FileSource = Exclude<Source, string>;

const PIECE = 1 << 16;
const NO_FILE = "a file to read";

/** What is read of each, in order. @throws FormatError when a path or pattern is none of a file */
export async function sourcesOf(
  source: NodeSource | readonly NodeSource[],
): Promise<readonly FileSource[]> {
  const given = Array.isArray(source) ? (source as readonly NodeSource[]) : [source as NodeSource];
  if (given.length === 0) throw new ConfigError("source", "at least one table", 0);
  const sources: FileSource[] = [];
  for (const one of given) {
    const isPath = typeof one === "string" || (one instanceof URL && one.protocol === "file:");
    if (!isPath) sources.push(one);
    else if (one === "-") sources.push({ name: "standard input", stream: standardInput });
    else for (const path of await pathsOf(pathOf(one))) sources.push(await fileOf(path));
  }
  return sources;
}

/** The only source that is given. @throws FormatError when a pattern fits several files */
export async function oneSource(source: NodeSource): Promise<FileSource> {
  const [one, other] = await sourcesOf(source);
  if (!other) return one!;
  throw new FormatError(String(source), "one file", words("several"));
}

function standardInput(): ReadableStream<Uint8Array> {
  return Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>;
}

/** The files that fit a pattern, in order of their names; the path itself when it is none. */
async function pathsOf(path: string): Promise<readonly string[]> {
  if (!/[*?]/.test(path) || (await stat(path).catch(() => undefined))) return [path];
  const parts = path.split(/[/\\]/);
  let found = [path.startsWith("/") ? "/" : ""];
  for (const part of parts.filter((name) => name !== "")) {
    const next: string[] = [];
    for (const folder of found) {
      if (!/[*?]/.test(part)) next.push(join(folder, part));
      else {
        const names = await readdir(folder || ".").catch((): string[] => []);
        const fits = names.filter((name) => patternOf(part).test(name)).sort();
        next.push(...fits.map((name) => join(folder, name)));
      }
    }
    found = next;
  }
  const checked: string[] = [];
  for (const file of found) {
    const kind = await stat(file).catch(() => undefined);
    if (kind?.isFile()) checked.push(file);
  }
  if (checked.length === 0) throw new FormatError(path, "at least one file", words("none"));
  return checked;
}

/** Files whose names begin with a dot are hidden from patterns. */
function patternOf(part: string): RegExp {
  const escaped = part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^(?!\\.)${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}

/**
 * A regular file, of which any part can be read; pipes and devices are streams. What is written to it
 * after it was opened is not read: its end could be half a row.
 */
async function fileOf(path: string): Promise<FileSource> {
  const found = await stat(path).catch((cause) => Promise.reject(unreadable(path, cause)));
  if (found.isDirectory()) throw new FormatError(path, NO_FILE, words("a folder"));
  if (!found.isFile()) {
    return { name: path, stream: () => streamOf(path, Number.POSITIVE_INFINITY) };
  }
  const { size } = found;
  return {
    name: path,
    size,
    stream: () => streamOf(path, size),
    slice: (begin: number, end: number) => ({
      arrayBuffer: () => part(path, begin, Math.min(end, size)),
    }),
  };
}

async function part(path: string, begin: number, end: number): Promise<ArrayBuffer> {
  const handle = await open(path).catch((cause) => Promise.reject(unreadable(path, cause)));
  try {
    const bytes = new Uint8Array(Math.max(0, end - begin));
    for (let filled = 0; filled < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, begin + filled);
      if (bytesRead === 0) throw cutOff(path);
      filled += bytesRead;
    }
    return bytes.buffer;
  } finally {
    await handle.close();
  }
}

function cutOff(path: string): FormatError {
  return new FormatError(path, "a file that stays whole", words("less of it"));
}

/** Opens the file when it is first read, so that a stream nobody reads holds nothing open. */
function streamOf(path: string, size: number): ReadableStream<Uint8Array> {
  let handle: FileHandle | undefined;
  let left = size;
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      const buffer = new Uint8Array(Math.min(PIECE, left));
      try {
        handle ??= await open(path);
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
        left -= bytesRead;
        if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
      } catch (cause) {
        await handle?.close();
        throw unreadable(path, cause);
      }
      await handle.close();
      if (left > 0 && Number.isFinite(left)) throw cutOff(path);
      controller.close();
    },
    cancel: () => handle?.close(),
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** A place of this browser that outlives the tab: files of the origin (OPFS), or IndexedDB where those are missing. */

import { filesStore } from "./files.js";

export interface Store {
  /** Whether it goes with its window: a private one lets the page have a database, and no files. */
  readonly isPrivate: boolean;
  /** Replaces what is kept under a name, whole or not at all. */
  write(name: string, parts: readonly BlobPart[]): Promise<void>;
  read(name: string): Promise<Blob | undefined>;
  clear(): Promise<void>;
}

let opened: Promise<Store> | undefined;

/** @throws the browser's own error when it lets the page keep nothing */
export function store(): Promise<Store> {
  opened ??= open();
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

async function open(): Promise<Store> {
  const canWrite =
    typeof FileSystemFileHandle === "function" &&
    "createWritable" in FileSystemFileHandle.prototype &&
    "storage" in navigator;
  if (!canWrite) return inDatabase(false);
  try {
    return await filesStore();
  } catch {
    // A browser may have the interface and forbid its use: then the other way is tried.
    return inDatabase(true);
  }
}

async function inDatabase(isPrivate: boolean): Promise<Store> {
  return (await import("./database.js")).databaseStore(isPrivate);
}

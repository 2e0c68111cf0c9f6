/** Keeps things in the files of the origin. A file is replaced when its writing ends, never before. */

import type { Store } from "./store.js";

const FOLDER = "gru4rec";

export async function filesStore(): Promise<Store> {
  const root = await navigator.storage.getDirectory();
  const folder = (): Promise<FileSystemDirectoryHandle> =>
    root.getDirectoryHandle(FOLDER, { create: true });
  await folder();
  return {
    isPrivate: false,
    async write(name, parts) {
      const file = await (await folder()).getFileHandle(name, { create: true });
      const writing = await file.createWritable();
      try {
        for (const part of parts) await writing.write(part as FileSystemWriteChunkType);
        await writing.close();
      } catch (error) {
        await writing.abort().catch(() => {});
        throw error;
      }
    },
    async read(name) {
      try {
        const file = await (await (await folder()).getFileHandle(name)).getFile();
        return file.size > 0 ? file : undefined;
      } catch (error) {
        if ((error as Error).name === "NotFoundError") return undefined;
        throw error;
      }
    },
    async clear() {
      await root.removeEntry(FOLDER, { recursive: true }).catch(() => {});
    },
  };
}

/**
 * The training that is kept, and its log, so that a closed tab can go on:
 *
 *     training   length of the head, u32 | head as JSON | checkpoint
 *     log-0 …    the files as they were dropped
 *     shop       a training of the sample shop, which is invented anew: it takes nobody's place
 */

import type { ReadOptions } from "gru4rec";
import type { Kept } from "../engine/protocol.js";
import { store } from "./store.js";

const LENGTH_BYTES = 4;

/** What stands before a checkpoint. */
export interface Head extends Omit<Kept, "hasLog"> {
  /** Names of the files of the log. */
  readonly files: readonly string[];
}

export async function keepTraining(head: Head, checkpoint: Uint8Array<ArrayBuffer>): Promise<void> {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const length = new Uint8Array(Uint32Array.of(text.length).buffer);
  await (await store()).write(head.isShop ? "shop" : "training", [length, text, checkpoint]);
}

/** Whether what is kept goes with this window. */
export async function isPrivate(): Promise<boolean> {
  return store().then(
    (place) => place.isPrivate,
    () => false,
  );
}

/** Undefined when nothing is kept, or it cannot be read: then there is nothing to go on from. */
export async function keptTraining(): Promise<{ head: Head; checkpoint: Blob } | undefined> {
  const place = await store();
  const blob = (await place.read("training")) ?? (await place.read("shop"));
  if (!blob) return undefined;
  try {
    const [length] = new Uint32Array(await blob.slice(0, LENGTH_BYTES).arrayBuffer());
    const end = LENGTH_BYTES + length!;
    const head = JSON.parse(await blob.slice(LENGTH_BYTES, end).text()) as Head;
    return { head, checkpoint: blob.slice(end) };
  } catch {
    return undefined;
  }
}

/** Keeps the files of a log; false where there is no room for them. */
export async function keepLog(files: readonly File[]): Promise<boolean> {
  try {
    const place = await store();
    await place.clear(); // the log before it, and its training
    for (const [i, file] of files.entries()) await place.write(`log-${i}`, [file]);
    return true;
  } catch {
    return false;
  }
}

export async function keptLog({
  files,
}: Head): Promise<{ files: File[]; options: ReadOptions } | undefined> {
  const place = await store();
  const found: File[] = [];
  for (const [i, name] of files.entries()) {
    const blob = await place.read(`log-${i}`);
    if (!blob) return undefined;
    found.push(new File([blob], name));
  }
  return { files: found, options: {} };
}

export async function forget(): Promise<void> {
  await (await store()).clear();
}

/** The page's table of kernels, in the place of the library's: each file is fetched when it is first asked for. */

import portable from "virtual:kernels/portable";
import portableShared from "virtual:kernels/portable-shared";
import relaxed from "virtual:kernels/relaxed";
import relaxedShared from "virtual:kernels/relaxed-shared";
import servingRelaxed from "virtual:kernels/serving-relaxed";
import { isFused } from "virtual:numerics";

interface Kernels {
  readonly file: string;
  /** Bytes of the kernels that answer alone; the others are those that learn. */
  readonly begin: number;
  readonly end: number;
}

const files = new Map<string, Promise<Uint8Array>>();

function fetched({ file }: Kernels): Promise<Uint8Array> {
  const bytes = files.get(file) ?? load(file);
  files.set(file, bytes);
  bytes.catch(() => files.delete(file)); // the next one to ask tries again
  return bytes;
}

async function load(file: string): Promise<Uint8Array> {
  const answer = await fetch(file);
  if (!answer.ok) throw new Error(`${file}: the server answers ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** In hexadecimal, as the library takes it. */
function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

type Load = () => Promise<string>;

function learning(from: Kernels): Load {
  return async () => {
    const bytes = await fetched(from);
    return hex(bytes.subarray(0, from.begin)) + hex(bytes.subarray(from.end));
  };
}

export const binaries: Readonly<Record<string, Load>> = {
  portable: learning(portable),
  "portable-shared": learning(portableShared),
  relaxed: learning(relaxed),
  "relaxed-shared": learning(relaxedShared),
};

/** Every file holds the same: they come with the one that a training will most likely take. */
async function serving(): Promise<string> {
  const fused = isFused("fast");
  const shared = fused ? relaxedShared : portableShared;
  const from = crossOriginIsolated ? shared : fused ? relaxed : portable;
  return hex((await fetched(from)).subarray(from.begin, from.end));
}

export const servingBinaries: Readonly<Record<string, Load>> = {
  serving,
  "serving-relaxed": learning(servingRelaxed),
};

/**
 * The debug build: the portable kernels, unoptimised, with their asserts. A broken promise is an error that
 * names the file and the line.
 */

import { readFile } from "node:fs/promises";
import type { Kernels } from "../../src/wasm/abi.js";

const BINARY = new URL("../../build/debug.wasm", import.meta.url);

let compiled: Promise<WebAssembly.Module> | undefined;

/** Compiles build/debug.wasm, which `npm run build` makes. */
export function compileDebug(): Promise<WebAssembly.Module> {
  compiled ??= readFile(BINARY).then((bytes) => WebAssembly.compile(new Uint8Array(bytes)));
  return compiled;
}

/** The kernels over a memory that is not shared. */
export function linkDebug(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  /** What a failed assert calls: addresses of texts (0: none), and the place in the source. */
  const abort = (_message: number, file: number, line: number): never => {
    throw new Error(`assert: ${textAt(memory, file)}:${line}`);
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  return exports as unknown as Kernels;
}

/** A string of AssemblyScript: UTF-16, its bytes counted in the word before it. */
function textAt({ buffer }: WebAssembly.Memory, at: number): string {
  const bytes = new Uint32Array(buffer)[at / 4 - 1]!;
  return String.fromCharCode(...new Uint16Array(buffer, at, bytes / 2));
}

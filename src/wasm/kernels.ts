/** Picks, compiles and links the kernels. */

import { ConfigError, words } from "../errors.js";
import type { Kernels } from "./abi.js";
import { binaries, servingBinaries } from "./binaries.js";
import type { ServingKernels } from "./serving.js";

/** `"fast"`: fused multiply-add where the engine has it. `"portable"`: the same bits on every engine. */
export type Numerics = "fast" | "portable";

/**
 * A function that adds up f32x4.relaxed_madd: an engine that accepts it has relaxed SIMD.
 * (func (param v128) (result v128) (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0)))
 */
const RELAXED_PROBE = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01, 0x60, 0x01, 0x7b, 0x01, 0x7b,
  0x03, 0x02, 0x01, 0x00, 0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x00, 0x20, 0x00, 0xfd,
  0x85, 0x02, 0x0b,
]);

/** Compiled kernels, not yet bound to a memory. */
export type KernelModule = WebAssembly.Module;
/** Compiled kernels for answering alone. */
export type ServingModule = KernelModule & { readonly answers: "only" };

/** Builds that are compiled or being compiled, by name. */
export const compiled: Map<string, Promise<KernelModule>> = new Map();

/** Whether these numerics fuse multiply and add on this engine, which gives other bits. */
export function isFused(numerics: Numerics): boolean {
  return engine().validate(RELAXED_PROBE) && numerics === "fast";
}

/** Compiles the build for these numerics and this kind of memory; each build once. */
export function compileKernels(numerics: Numerics, shared: boolean): Promise<KernelModule> {
  const name = `${isFused(numerics) ? "relaxed" : "portable"}${shared ? "-shared" : ""}` as const;
  return compileOnce(name, binaries[name]);
}

/** Compiles the few kernels that answer on the calling thread; their bits are those of the whole build. */
export function compileServing(numerics: Numerics): Promise<ServingModule> {
  const name = isFused(numerics) ? "serving-relaxed" : "serving";
  return compileOnce(name, servingBinaries[name]) as Promise<ServingModule>;
}

function compileOnce(name: string, load: () => Promise<string>): Promise<KernelModule> {
  let module = compiled.get(name);
  if (!module) {
    module = load().then((hex) => compile(bytesOf(hex)));
    compiled.set(name, module);
    module.catch(() => compiled.delete(name));
  }
  return module;
}

/**
 * The kernels over a memory. Synchronous: the module is small and compiled.
 *
 * @param tileRows rows of the tiles of products, 1 … 6: decides their speed, not their results; 4 suit
 *   every engine
 */
export function linkKernels(module: ServingModule, memory: WebAssembly.Memory): ServingKernels;
export function linkKernels(
  module: KernelModule,
  memory: WebAssembly.Memory,
  tileRows?: number,
): Kernels;
export function linkKernels(
  module: KernelModule,
  memory: WebAssembly.Memory,
  tileRows: number = 4,
): ServingKernels {
  // This border has no types; a test compares the names of both sides.
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory, tileRows } });
    return exports as unknown as Kernels;
  } catch (cause) {
    // WebKit asks the page's policy here, not when it compiles.
    throw cause instanceof WebAssembly.CompileError ? refused(cause, true) : cause;
  }
}

/** The engine's WebAssembly: flags and browsers that lock themselves down take it away. */
function engine(): typeof WebAssembly {
  if (typeof WebAssembly !== "undefined") return WebAssembly;
  const remedy = "Run Node without --jitless; leave the browser's lockdown mode for this page.";
  throw new ConfigError("WebAssembly", "an engine that has it", words("one without it"), remedy);
}

async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<KernelModule> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    // What an engine holds for valid and yet refuses to compile, something forbids.
    throw refused(cause as Error, WebAssembly.validate(bytes));
  }
}

function refused({ message }: Error, isForbidden: boolean): ConfigError {
  const remedy = !isForbidden
    ? "Take Node 20, Chrome 91, Firefox 89, Safari 16.4 or later, on a processor with SIMD."
    : /embedder/.test(message)
      ? "Hand in compiled kernels with `provideKernels`."
      : "Allow 'wasm-unsafe-eval' in the script-src of the page's Content-Security-Policy.";
  const expected = isForbidden ? "an engine that may compile it" : "an engine with SIMD";
  return new ConfigError("WebAssembly", expected, words(message), remedy);
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

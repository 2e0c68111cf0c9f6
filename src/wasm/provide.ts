/** Kernels that were compiled elsewhere, for platforms that compile none while they run. */

import { checkNames } from "../checks.js";
import { ConfigError, words } from "../errors.js";
import { compiled, type KernelModule } from "./kernels.js";

/**
 * Compiled kernels by the name of their build, each a `WebAssembly.Module` of the file of this name in
 * `gru4rec/wasm/`. What recommends needs `serving` alone (and `serving-relaxed` to be faster with
 * `quantize`); training and evaluation need `portable` or `relaxed` (`numerics: "fast"` where the engine
 * has relaxed SIMD), on shared memory `portable-shared` or `relaxed-shared`.
 */
export interface KernelModules {
  /** `gru4rec/wasm/serving.wasm`: answers, the same bits on every engine. */
  readonly serving?: object;
  /** `gru4rec/wasm/serving-relaxed.wasm`: bounds scores faster when a model is quantised. */
  readonly "serving-relaxed"?: object;
  /** `gru4rec/wasm/portable.wasm`: trains and evaluates, the same bits on every engine. */
  readonly portable?: object;
  /** `gru4rec/wasm/portable-shared.wasm`: the same on memory that threads share. */
  readonly "portable-shared"?: object;
  /** `gru4rec/wasm/relaxed.wasm`: trains and evaluates with fused multiply-add. */
  readonly relaxed?: object;
  /** `gru4rec/wasm/relaxed-shared.wasm`: the same on memory that threads share. */
  readonly "relaxed-shared"?: object;
}

// biome-ignore format: names read as one list
const BUILDS = ["serving", "serving-relaxed", "portable", "portable-shared", "relaxed", "relaxed-shared"] as const;

/**
 * Hands in compiled kernels, before the first model is made or loaded. Edge runtimes (Cloudflare's workerd)
 * need it, because they compile no WebAssembly while they run; elsewhere the library compiles its own.
 *
 * @throws ConfigError when a name is unknown, or a module is not the build that its name says
 */
export function provideKernels(modules: KernelModules): void {
  checkNames(modules, BUILDS, "kernels");
  const given = BUILDS.filter((name) => modules[name] !== undefined);
  for (const name of given) checkBuild(name, modules[name]);
  for (const name of given) compiled.set(name, Promise.resolve(modules[name] as KernelModule));
}

/** A module does not show its instructions; what it imports and exports tells the builds apart. */
function checkBuild(name: string, module: unknown): void {
  const place = `kernels["${name}"]`;
  if (Object.prototype.toString.call(module) !== "[object WebAssembly.Module]") {
    throw new ConfigError(place, "a WebAssembly.Module", module);
  }
  const imports = WebAssembly.Module.imports(module as WebAssembly.Module);
  const exports = WebAssembly.Module.exports(module as WebAssembly.Module);
  const has = (list: readonly { name: string }[], wanted: string): boolean =>
    list.some((one) => one.name === wanted);
  const isRight =
    has(imports, "memory") &&
    has(exports, "dotRows") &&
    has(imports, "tileRows") === name.includes("relaxed") &&
    has(exports, "barrier") === !name.startsWith("serving");
  if (isRight) return;
  const remedy = `Compile gru4rec/wasm/${name}.wasm of this version of the package.`;
  throw new ConfigError(
    place,
    `the kernels of gru4rec's build ${name}`,
    words("another module"),
    remedy,
  );
}

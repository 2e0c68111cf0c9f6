/** `--wide`: vectors of 256 bits, an experiment of V8 that a running program can switch on. */
import { spawnSync } from "node:child_process";
import { setFlagsFromString } from "node:v8";
import { CommandError, EXIT_USAGE } from "./errors.js";
import type { OptionGroup } from "./option-row.js";

/** Options of the engine, which the library never sees. */
export const ENGINE_OPTIONS: OptionGroup = {
  wide: {
    kind: "flag",
    help: "vectors of 256 bits, an experiment of V8 (Node 24, x64): the same bits, sooner at 512 units",
  },
};

const V8_FLAG = "--experimental-wasm-revectorize";

/** Facts about the engine. */
export interface Engine {
  readonly version: string;
  /** All flags, as `node --v8-options` lists them. */
  flags(): string;
  set(flag: string): void;
}

const ENGINE: Engine = {
  version: `Node ${process.versions.node} with V8 ${process.versions.v8}`,
  flags: () => spawnSync(process.execPath, ["--v8-options"], { encoding: "utf8" }).stdout ?? "",
  set: setFlagsFromString,
};

/**
 * Call it before the first kernel is compiled: compiled code does not change.
 *
 * @throws CommandError where the engine does not know the flag; V8 itself would print that and go on
 */
export function widen(engine: Engine = ENGINE): void {
  if (!engine.flags().includes(`${V8_FLAG} `)) {
    const expected = `an engine that knows ${V8_FLAG}, as Node 24 does on x64`;
    throw new CommandError(`--wide: expected ${expected}, got ${engine.version}`, EXIT_USAGE);
  }
  engine.set(V8_FLAG);
}

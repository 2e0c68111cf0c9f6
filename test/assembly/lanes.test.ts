/**
 * The approximations of assembly/lanes.ts, swept by a million points each.
 *
 * The lane functions are inlined into the kernels, so they are linked once more by themselves.
 */

import { readFileSync } from "node:fs";
import asc from "assemblyscript/asc";
import { beforeAll, describe, expect, test } from "vitest";
import "./harness.js";

const POINTS = 1_000_000;

/** y[i] = f(x[i]) for n floats, n a multiple of 4. */
const SWEEP = ["exp4", "log4", "sigmoid4", "tanh4"]
  .map(
    (name) => `
export function ${name.slice(0, -1)}(x: usize, y: usize, n: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    v128.store(y + (i << 2), ${name}(v128.load(x + (i << 2))));
  }
}`,
  )
  .join("\n");

interface Sweeps {
  readonly memory: WebAssembly.Memory;
  exp(x: number, y: number, n: number): void;
  log(x: number, y: number, n: number): void;
  sigmoid(x: number, y: number, n: number): void;
  tanh(x: number, y: number, n: number): void;
}

describe.each([["simd"], ["simd", "relaxed-simd"]])("lane functions with %s %s", (...features) => {
  let sweeps: Sweeps;
  beforeAll(async () => {
    const sources: Record<string, string> = {
      "sweep.ts": `import { exp4, log4, sigmoid4, tanh4 } from "./lanes";\n${SWEEP}`,
      "lanes.ts": readFileSync(new URL("../../assembly/lanes.ts", import.meta.url), "utf8"),
    };
    let binary = new Uint8Array();
    const flags = ["--runtime", "stub", "-O2", "--initialMemory", "200"];
    for (const feature of features) if (feature) flags.push("--enable", feature);
    const { error, stderr } = await asc.main(["sweep.ts", "--outFile", "sweep.wasm", ...flags], {
      readFile: (name) => sources[name] ?? null,
      writeFile: (_, contents) => {
        binary = new Uint8Array(contents as Uint8Array<ArrayBuffer>);
      },
      listFiles: () => [],
    });
    if (error) throw new Error(stderr.toString());
    const { instance } = await WebAssembly.instantiate(binary, { env: { abort: () => {} } });
    sweeps = instance.exports as unknown as Sweeps;
  }, 60_000);

  /** Largest error over POINTS inputs, each as `measure(got, f(x), x)` says it. */
  function sweep(
    name: "exp" | "log" | "sigmoid" | "tanh",
    input: (u: number) => number,
    f: (x: number) => number,
    measure: (got: number, want: number) => number,
  ): number {
    const x = new Float32Array(sweeps.memory.buffer, 65536, POINTS);
    const y = new Float32Array(sweeps.memory.buffer, 65536 + 4 * POINTS, POINTS);
    for (let i = 0; i < POINTS; ++i) x[i] = input(i / (POINTS - 1));
    sweeps[name](x.byteOffset, y.byteOffset, POINTS);
    let worst = 0;
    for (let i = 0; i < POINTS; ++i) {
      const error = measure(y[i]!, f(x[i]!));
      if (!(error <= worst)) worst = error;
    }
    return worst;
  }
  const relative = (got: number, want: number): number => Math.abs(got / want - 1);
  const absolute = (got: number, want: number): number => Math.abs(got - want);
  const sigma = (x: number): number => 1 / (1 + Math.exp(-x));

  test("exp4: relative error < 2e-7 on [−87, 88]", () => {
    expect(sweep("exp", (u) => -87 + 175 * u, Math.exp, relative)).toBeLessThan(2e-7);
    expect(sweep("exp", (u) => -1 + 2 * u, Math.exp, relative)).toBeLessThan(2e-7);
  });

  test("exp4 saturates outside, and is exactly 1 at 0", () => {
    const one = (x: number): number =>
      sweep(
        "exp",
        () => x,
        () => 0,
        (got) => got,
      );
    expect(one(0)).toBe(1);
    expect(relative(one(1000), Math.exp(88))).toBeLessThan(1e-5);
    expect(relative(one(Number.POSITIVE_INFINITY), Math.exp(88))).toBeLessThan(1e-5);
    expect(relative(one(-1000), Math.exp(-87))).toBeLessThan(1e-5);
    expect(relative(one(Number.NEGATIVE_INFINITY), Math.exp(-87))).toBeLessThan(1e-5);
  });

  test("log4: error < 1e-7 · max(1, |ln x|) over the normal numbers", () => {
    const measure = (got: number, want: number): number =>
      Math.abs(got - want) / Math.max(1, Math.abs(want));
    expect(sweep("log", (u) => 2 ** (-126 + 253 * u), Math.log, measure)).toBeLessThan(1e-7);
    expect(sweep("log", (u) => 0.5 + 1.5 * u, Math.log, measure)).toBeLessThan(1e-7);
  });

  test("sigmoid4: relative error < 4e-7 above −87, saturated below", () => {
    expect(sweep("sigmoid", (u) => -87 + 187 * u, sigma, relative)).toBeLessThan(4e-7);
    expect(sweep("sigmoid", (u) => -1e6 + 1.8e6 * u, sigma, absolute)).toBeLessThan(1e-6);
  });

  test("tanh4: relative error < 4e-7 everywhere", () => {
    expect(sweep("tanh", (u) => -20 + 40 * u, Math.tanh, relative)).toBeLessThan(4e-7);
    const tiny = (u: number): number => 2 ** (-100 + 99 * u);
    expect(sweep("tanh", tiny, Math.tanh, relative)).toBeLessThan(4e-7);
    expect(sweep("tanh", (u) => -1e6 + 2e6 * u, Math.tanh, absolute)).toBeLessThan(4e-7);
  });

  test("NaN is not hidden by tanh4 and sigmoid4", () => {
    const got = (name: "tanh" | "sigmoid"): number =>
      sweep(
        name,
        () => Number.NaN,
        () => 0,
        (value) => value,
      );
    expect(got("tanh")).toBeNaN();
    expect(got("sigmoid")).toBeNaN();
  });
});

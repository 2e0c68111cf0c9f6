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

const FUNCTIONS = {
  exp: "exp4(x)",
  expBelow: "expBelow4(x)",
  elu: "elu4(f32x4.splat(0.75), x)",
  log: "log4(x)",
  sigmoid: "sigmoid4(x)",
  tanh: "tanh4(x)",
};
type Name = keyof typeof FUNCTIONS;

/** y[i] = f(x[i]) for n floats, n a multiple of 4. */
const SWEEP = Object.entries(FUNCTIONS)
  .map(
    ([name, call]) => `
export function ${name}(from: usize, to: usize, n: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    const x = v128.load(from + (i << 2));
    v128.store(to + (i << 2), ${call});
  }
}`,
  )
  .join("\n");

type Sweeps = { readonly memory: WebAssembly.Memory } & Record<
  Name,
  (x: number, y: number, n: number) => void
>;

describe.each([["simd"], ["simd", "relaxed-simd"]])("lane functions with %s %s", (...features) => {
  let sweeps: Sweeps;
  beforeAll(async () => {
    const sources: Record<string, string> = {
      "sweep.ts": `import { elu4, exp4, expBelow4, log4, sigmoid4, tanh4 } from "./lanes";\n${SWEEP}`,
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
    name: Name,
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

  /** f of one number. */
  function of(name: Name, x: number): number {
    const at = new Float32Array(sweeps.memory.buffer, 65536, 8).fill(x);
    sweeps[name](at.byteOffset, at.byteOffset + 16, 4);
    return at[7]!;
  }

  test.each(["exp", "expBelow"] as const)("%s4: relative error < 2e-7 on [−87, 88]", (name) => {
    expect(sweep(name, (u) => -87 + 175 * u, Math.exp, relative)).toBeLessThan(2e-7);
    expect(sweep(name, (u) => -1 + 2 * u, Math.exp, relative)).toBeLessThan(2e-7);
  });

  test("exp4 saturates outside, and is exactly 1 at 0", () => {
    expect(of("exp", 0)).toBe(1);
    expect(relative(of("exp", 1000), Math.exp(88))).toBeLessThan(1e-5);
    expect(relative(of("exp", Number.POSITIVE_INFINITY), Math.exp(88))).toBeLessThan(1e-5);
    for (const name of ["exp", "expBelow"] as const) {
      expect(of(name, 0)).toBe(1);
      expect(relative(of(name, -1000), Math.exp(-87))).toBeLessThan(1e-5);
      expect(relative(of(name, Number.NEGATIVE_INFINITY), Math.exp(-87))).toBeLessThan(1e-5);
    }
  });

  test("elu4: relative error < 3e-7 below 0, however near, and x itself above", () => {
    const elu = (x: number): number => 0.75 * Math.expm1(x);
    expect(sweep("elu", (u) => -87 + 87 * u - 1e-30, elu, relative)).toBeLessThan(3e-7);
    expect(sweep("elu", (u) => -1 + u - 1e-30, elu, relative)).toBeLessThan(3e-7);
    expect(sweep("elu", (u) => -(2 ** (-100 + 99 * u)), elu, relative)).toBeLessThan(3e-7);
    expect(
      sweep(
        "elu",
        (u) => 1e6 * u,
        (x) => x,
        absolute,
      ),
    ).toBe(0);
    expect(of("elu", -1000)).toBe(-0.75);
    expect(of("elu", Number.NEGATIVE_INFINITY)).toBe(-0.75);
    expect(of("elu", Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
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

  test("NaN is not hidden", () => {
    for (const name of ["exp", "expBelow", "elu", "sigmoid", "tanh"] as const) {
      expect(of(name, Number.NaN)).toBeNaN();
    }
  });
});

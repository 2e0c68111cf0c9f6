/** Kernels that a program compiles itself: taken when they are the right ones, refused by name otherwise. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { provideKernels } from "../../src/index.js";
import { ROOT } from "../sources.js";

const bytesOf = (name: string) => readFileSync(join(ROOT, "dist/wasm", `${name}.wasm`));
const compiled = (name: string) => new WebAssembly.Module(bytesOf(name));
const BUILDS = [
  ...["serving", "serving-relaxed", "portable", "portable-shared", "relaxed", "relaxed-shared"],
];

describe("kernels that are handed in", () => {
  test("are taken where they are what their name says", () => {
    const some = BUILDS.filter((name) => WebAssembly.validate(bytesOf(name))); // Node 20: no relaxed ones
    expect(some.length).toBeGreaterThanOrEqual(3);
    const modules = Object.fromEntries(some.map((name) => [name, compiled(name)]));
    expect(() => provideKernels(modules)).not.toThrow();
  });

  test.each([
    ["serving", "portable"],
    ["portable", "serving"],
    ["relaxed", "portable"],
    ["portable", "relaxed"],
    ["serving", "serving-relaxed"],
  ])("are refused as %s where they are %s", (name, other) => {
    if (!WebAssembly.validate(bytesOf(other!))) return; // an engine without relaxed SIMD meets no such module
    const message = `kernels["${name}"]: expected the kernels of gru4rec's build ${name}, got another module. Compile gru4rec/wasm/${name}.wasm of this version of the package.`;
    expect(() => provideKernels({ [name]: compiled(other!) })).toThrow(message);
  });

  test("are refused where they are no module, or of an unknown build", () => {
    expect(() => provideKernels({ serving: new Uint8Array(8) })).toThrow(
      'kernels["serving"]: expected a WebAssembly.Module, got',
    );
    expect(() => provideKernels({ server: compiled("serving") } as object)).toThrow(
      "server: expected one of the kernels options: serving, ",
    );
    expect(() => provideKernels(undefined as never)).toThrow("kernels options: expected an object");
  });

  test("train, evaluate and recommend where nothing else may be compiled, with the same bits", () => {
    const [given, own] = ["given", "own"].map((which) => run(which));
    expect(given).toEqual(own);
  }, 60_000);
});

/** A program of its own: what was compiled once stays for the life of a program. */
function run(which: string): string {
  const program = `
    import { readFileSync } from "node:fs";
    import { evaluate, fit, GRU4Rec, provideKernels, Sessions } from "gru4rec";
    if (${which === "given"}) {
      const names = ["serving", "portable"];
      const modules = names.map((name) => [name, new WebAssembly.Module(readFileSync("dist/wasm/" + name + ".wasm"))]);
      provideKernels(Object.fromEntries(modules));
      WebAssembly.compile = () => { throw new Error("disallowed by embedder"); };
    }
    const sessions = Sessions.from([1, 2, 3, 1, 2, 1, 2, 3].map((itemId, time) => ({ sessionId: time >> 2, itemId, time })));
    const model = await GRU4Rec.create(sessions.items, { layers: [8], seed: 1 });
    const how = { threads: 0, numerics: "portable" };
    const [{ loss }] = await fit(model, sessions, { epochs: 1, batchSize: 2, ...how });
    const { recall } = await evaluate(model, sessions, { cutoffs: [1], ...how });
    console.log(JSON.stringify([loss, recall, model.recommend([1, 2])]));`;
  return execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: ROOT,
    encoding: "utf8",
  });
}

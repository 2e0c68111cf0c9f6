import { describe, expect, test } from "vitest";
import { servingBinaries, binaries as whole } from "../../src/wasm/binaries.js";
import { outlineOf } from "./sections.js";

const binaries = { ...whole, ...servingBinaries };
const WHOLE = ["portable", "portable-shared", "relaxed", "relaxed-shared"] as const;
const SERVING = ["serving", "serving-relaxed"] as const;
const names = [...WHOLE, ...SERVING];
/** The build that another one is like, but for its instructions. */
const twinOf = (name: string) => (name.startsWith("serving") ? "serving" : "portable");
const FUSED = /relaxed/;

describe.each(names)("the linked binary %s", (name) => {
  const load = async () => new Uint8Array(Buffer.from(await binaries[name](), "hex"));

  test("imports its memory, fused ones a constant, and nothing else", async () => {
    const { imports } = outlineOf(await load());
    const shared = name.endsWith("-shared");
    const memory = { name: "env.memory", kind: "memory", shared, mutable: true };
    const tileRows = { name: "env.tileRows", kind: "global", shared: false, mutable: false };
    const wanted = FUSED.test(name) ? [tileRows, memory] : [memory];
    expect(new Set(imports)).toEqual(new Set(wanted));
  });

  test("exports functions only, and the same ones as every other build of its kind", async () => {
    const { exports } = outlineOf(await load());
    expect(exports.filter(({ kind }) => kind !== "function")).toEqual([]);
    expect(exports.length).toBeGreaterThan(0);
    const twin = outlineOf(Buffer.from(await binaries[twinOf(name)](), "hex")).exports;
    expect(exports.map((e) => e.name).sort()).toEqual(twin.map((e) => e.name).sort());
  });

  test("holds no globals, no table, no start function, no names", async () => {
    const { sections } = outlineOf(await load());
    const wanted = ["type", "import", "function", "export", "dataCount", "code", "data"];
    expect(sections).toEqual(wanted);
  });

  test("writes constants into the memory's page 0 and nothing elsewhere", async () => {
    const { data } = outlineOf(await load());
    expect(data.length).toBeGreaterThan(0);
    for (const { at, length } of data) expect(at + length).toBeLessThan(65536);
  });

  test("has the constants of every other build, which may be linked to the same memory", async () => {
    const twin = outlineOf(Buffer.from(await binaries[twinOf(name)](), "hex")).data;
    expect(outlineOf(await load()).data).toEqual(twin);
  });

  test("is at most 44 KB, for answering alone 14", async () => {
    const most = name.startsWith("serving") ? 14 : 44;
    expect((await load()).length).toBeLessThanOrEqual(most * 1024);
  });

  test("is valid on every engine that knows its instructions, and on no other", async () => {
    const isKnown = !FUSED.test(name) || engineFuses();
    expect(WebAssembly.validate(await load())).toBe(isKnown);
  });
});

/** Whether this engine has relaxed SIMD, found by a function of one f32x4.relaxed_madd. */
function engineFuses(): boolean {
  const zero = [0xfd, 12, ...new Array(16).fill(0)]; // v128.const 0
  const body = [0, ...zero, ...zero, ...zero, 0xfd, 0x85, 0x02, 0x1a, 0x0b]; // madd, drop, end
  const head = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0];
  return WebAssembly.validate(
    new Uint8Array([...head, 10, body.length + 2, 1, body.length, ...body]),
  );
}

import { describe, expect, test } from "vitest";
import { ConfigError, DisposedError } from "../../src/errors.js";
import { Arena } from "../../src/wasm/arena.js";

describe("an arena", () => {
  test("gives every tensor a cache line of its own, from the second page on", () => {
    const arena = new Arena();
    const tensors = [arena.plan(3), arena.plan(2, 20), arena.plan(0), arena.plan(1)];
    expect(tensors.map(({ ptr, length }) => [ptr - 65536, length])).toEqual([
      [0, 3],
      [64, 40],
      [256, 0],
      [256, 1],
    ]);
    expect(tensors[1]!.shape).toEqual([2, 20]);
    expect(arena.bytes).toBe(65536 + 320);
  });

  test("plans the same addresses for the same plan", () => {
    const plan = (): unknown[] => {
      const arena = new Arena();
      return [[7], [3, 5], [100]].map((shape) => arena.plan(...shape));
    };
    expect(plan()).toEqual(plan());
  });

  test.each([false, true])("is created at its size and zeroed (shared: %o)", (shared) => {
    const arena = new Arena();
    const tensor = arena.plan(20_000);
    const memory = arena.commit(shared);
    expect(memory.buffer.byteLength).toBe(3 * 65536);
    expect(memory.buffer instanceof SharedArrayBuffer).toBe(shared);
    expect(arena.floats(tensor).every((value) => value === 0)).toBe(true);
    expect(() => memory.grow(1)).toThrow();
  });

  test("shows one tensor in all its views, and no other", () => {
    const arena = new Arena();
    const [before, tensor, after] = [arena.plan(16), arena.plan(4), arena.plan(16)];
    arena.commit(false);
    arena.integers(tensor).fill(-1);
    expect([...arena.words(tensor)]).toEqual([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);
    expect(arena.floats(tensor)).toHaveLength(4);
    expect(arena.doubles(tensor)).toHaveLength(2);
    expect([...arena.integers(before), ...arena.integers(after)].some(Boolean)).toBe(false);
  });

  test("takes the memory that another thread created from the same plan", () => {
    const [one, other] = [new Arena(), new Arena()];
    const [mine, theirs] = [one.plan(8), other.plan(8)];
    other.commit(true, one.commit(true));
    one.floats(mine)[3] = 5;
    expect(other.floats(theirs)[3]).toBe(5);
  });

  test("refuses a plan beyond 4 GiB in words that help", () => {
    const arena = new Arena();
    arena.plan(2 ** 20, 1600);
    expect(() => arena.commit(false)).toThrow(
      new ConfigError(
        "model size",
        "less than 4 GiB",
        { toString: () => "6.3 GiB" },
        "Lower `layers`, `negatives` or `batchSize`, or drop rare items.",
      ),
    );
  });

  test("reaches beyond 2 GiB", () => {
    const arena = new Arena();
    arena.plan(2 ** 29);
    const last = arena.plan(4);
    arena.commit(false);
    arena.floats(last).set([1, 2, 3, 4]);
    expect(last.ptr).toBeGreaterThan(2 ** 31);
    expect([...arena.floats(last)]).toEqual([1, 2, 3, 4]);
  });

  test("does not plan any more once it is there, nor show what is not there yet", () => {
    const arena = new Arena();
    const tensor = arena.plan(1);
    expect(() => arena.floats(tensor)).toThrow("before commit()");
    arena.commit(false);
    expect(() => arena.plan(1)).toThrow("after commit()");
  });

  test("is of no use after its disposal, which may come twice", () => {
    const arena = new Arena();
    const tensor = arena.plan(1);
    arena.commit(false);
    arena.dispose();
    arena[Symbol.dispose]();
    expect(() => arena.floats(tensor)).toThrow(DisposedError);
  });
});

describe("The end of the last tensor", () => {
  test("is an address that 32 bits hold, whatever is planned", () => {
    const page = 65536;
    const full = new Arena();
    full.plan((65535 * page - full.bytes) / 4);
    full.checkSize();
    expect(full.bytes >>> 0).toBe(full.bytes);
    const over = new Arena();
    const last = over.plan((65536 * page - over.bytes) / 4);
    expect((last.ptr + 4 * last.length) >>> 0).toBe(0); // a kernel's `end` would be 0
    expect(() => over.checkSize()).toThrow("model size: expected less than 4 GiB, got 4.0 GiB");
  });
});

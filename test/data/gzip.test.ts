import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { gunzipped } from "../../src/data/read/gzip.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

test("what was unpacked is held no longer than it is looked at", async () => {
  const size = 1 << 24;
  const packed = new Uint8Array(gzipSync(new Uint8Array(size)));
  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    for (let i = 0; i < packed.length; i += 1024) yield packed.subarray(i, i + 1024);
  }
  const seen: WeakRef<Uint8Array>[] = [];
  let read = 0;
  for await (const chunk of gunzipped(chunks(), "zeros")) {
    read += chunk.length;
    seen.push(new WeakRef(chunk));
    if (read < size) continue;
    await setTimeout(1);
    collect();
    const held = seen.filter((chunk) => chunk.deref() !== undefined).length;
    expect(held).toBeLessThan(seen.length / 10);
  }
  expect(seen.length).toBeGreaterThan(100);
});

import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Io } from "../../src/cli/io.js";
import { createReport } from "../../src/cli/output.js";
import { followed } from "../../src/cli/reading.js";

function terminal(): { io: Io; written: string[] } {
  const written: string[] = [];
  const stderr = { isTTY: true, columns: 100, write: (text: string) => written.push(text) };
  const stdout = { write: () => true };
  const { signal } = new AbortController();
  return { io: { stdout, stderr, signal, env: { NO_COLOR: "1", TERM: "xterm" } }, written };
}

test("a reading of more than a second shows how far it is, and erases that at its end", async () => {
  const { io, written } = terminal();
  await followed(createReport(io, false), io.signal, async ({ onProgress, signal }) => {
    expect(signal).toBe(io.signal);
    onProgress({ bytes: 10, totalBytes: 100, rows: 5 });
    expect(written).toEqual([]);
    await setTimeout(1020);
    onProgress({ bytes: 50, totalBytes: 100, rows: 25 });
    expect(written.at(-1)).toMatch(/reading ━+ +50 % {2}\d+ events\/s/);
    await setTimeout(120);
    onProgress({ bytes: 60, totalBytes: undefined, rows: 30 });
    expect(written.at(-1)).toMatch(/reading +30 {2}\d+ events\/s/);
  });
  expect(written.at(-1)).toBe("\r\u001b[K");
});

test("an error ends the bar, too", async () => {
  const { io } = terminal();
  const failing = followed(createReport(io, false), io.signal, () =>
    Promise.reject(new Error("no")),
  );
  await expect(failing).rejects.toThrow("no");
});

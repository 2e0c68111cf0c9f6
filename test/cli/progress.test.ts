import { describe, expect, test } from "vitest";
import { formatBytes, formatSeconds, formatTable } from "../../src/cli/format.js";
import { inkFor } from "../../src/cli/io.js";
import { createProgress } from "../../src/cli/progress.js";

function stream(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text: string) => written.push(text) };
}

describe("createProgress", () => {
  test("draws one bar with speed, time left and the note on a terminal", () => {
    const out = stream(true, 100);
    let ms = 0;
    const bar = createProgress(out, "training", { env: { NO_COLOR: "1" }, now: () => ms });
    bar.update(0, 10_000, "epoch 1/2");
    ms = 2000;
    bar.update(5000, 10_000, "epoch 1/2  loss 6.016");
    expect(out.written.at(-1)).toBe(
      "\rtraining ━━━━━━━━━━            50 %  2,500 events/s  2.0 s left  epoch 1/2  loss 6.016\u001b[K",
    );
    bar.finish();
    expect(out.written.at(-1)).toBe("\r\u001b[K");
    const drawn = out.written.length;
    bar.finish();
    bar.update(10_000, 10_000);
    expect(out.written).toHaveLength(drawn);
  });

  test("shows no speed where it is told a share alone", () => {
    const out = stream(true, 100);
    let ms = 0;
    const bar = createProgress(out, "fitting sr", { env: { NO_COLOR: "1" }, now: () => ms });
    bar.update(0, 1);
    ms = 2000;
    bar.update(0.25, 1);
    expect(out.written.at(-1)).toBe("\rfitting sr ━━━━━                 25 %  6.0 s left\u001b[K");
  });

  test("redraws at most ten times a second, but at once after clear()", () => {
    const out = stream(true, 100);
    let ms = 0;
    const bar = createProgress(out, "training", { env: {}, now: () => ms });
    for (ms = 0; ms < 1000; ms += 1) bar.update(ms, 1000);
    expect(out.written.length).toBeLessThanOrEqual(10);
    bar.clear();
    const drawn = out.written.length;
    bar.update(1000, 1000);
    expect(out.written).toHaveLength(drawn + 1);
  });

  test("never writes a line wider than the terminal", () => {
    for (const columns of [10, 30, 40, 60]) {
      const out = stream(true, columns);
      let ms = 0;
      const bar = createProgress(out, "training", { env: { NO_COLOR: "1" }, now: () => ms });
      bar.update(0, 1e6);
      ms = 5000;
      bar.update(123_456, 1e6, "epoch 3/10  loss 6.016");
      const line = out.written.at(-1)?.replace("\r", "").replace("\u001b[K", "") ?? "";
      expect(line.length).toBeLessThan(columns);
    }
  });

  test("writes a plain line every tenth of the way when not on a terminal", () => {
    const out = stream(false);
    let ms = 0;
    const lines = createProgress(out, "training", { env: {}, now: () => ms });
    for (let done = 0; done <= 1000; done += 1) {
      ms = done * 50;
      lines.update(done, 1000, "epoch 1/1");
    }
    lines.finish();
    expect(out.written).toHaveLength(10);
    expect(out.written[4]).toBe("training  50 %  20 events/s  25 s left  epoch 1/1\n");
    for (const line of out.written) expect(line).not.toContain("\r");
  });

  test("stays silent for jobs of under a second when not on a terminal", () => {
    const out = stream(false);
    let ms = 0;
    const lines = createProgress(out, "training", { env: {}, now: () => ms });
    for (ms = 0; ms < 900; ms += 10) lines.update(ms, 900);
    expect(out.written).toEqual([]);
  });

  test("tells the count where the total is not known", () => {
    for (const isTTY of [true, false]) {
      const out = stream(isTTY, 100);
      let ms = 0;
      const bar = createProgress(out, "reading", { env: { NO_COLOR: "1" }, now: () => ms });
      for (ms = 0; ms <= 25_000; ms += 1000) bar.update(ms, Number.NaN);
      if (!isTTY) expect(out.written).toHaveLength(2);
      expect(out.written.at(-1)).not.toContain("left");
      expect(out.written.at(-1)).toMatch(/^\r?reading +2[05],000 {2}1,000 events\/s/);
    }
  });

  test("follows a machine that slows down", () => {
    const out = stream(false);
    let ms = 0;
    const lines = createProgress(out, "training", { env: {}, now: () => ms });
    for (let s = 0; s <= 150; s += 1) {
      ms = s * 1000;
      lines.update(s < 50 ? s * 100 : 5000 + (s - 50) * 10, 10_000);
    }
    expect(out.written.at(-1)).toBe("training  60 %  10 events/s  6:40 left\n");
  });
});

describe("ink", () => {
  test.each([
    { isTTY: true, env: {}, coloured: true },
    { isTTY: true, env: { NO_COLOR: "1" }, coloured: false },
    { isTTY: true, env: { NO_COLOR: "" }, coloured: true },
    { isTTY: true, env: { TERM: "dumb" }, coloured: false },
    { isTTY: false, env: {}, coloured: false },
    { isTTY: false, env: { FORCE_COLOR: "1" }, coloured: true },
    { isTTY: true, env: { NO_COLOR: "1", FORCE_COLOR: "1" }, coloured: false },
  ])("is coloured: $coloured on a terminal: $isTTY with $env", ({ isTTY, env, coloured }) => {
    expect(inkFor(stream(isTTY), env).bold("x") !== "x").toBe(coloured);
  });
});

describe("format", () => {
  test("says durations in the unit a person would take", () => {
    expect([0.04, 9.94, 9.96, 59.4, 59.6, 187, 3599.6, 3729].map(formatSeconds)).toEqual([
      "0.0 s",
      "9.9 s",
      "10 s",
      "59 s",
      "1:00",
      "3:07",
      "1:00:00",
      "1:02:09",
    ]);
  });

  test("says bytes in powers of 1000", () => {
    expect([0, 512, 999, 1000, 7_012_345, 123_456_789, 1.5e9].map(formatBytes)).toEqual([
      "0 B",
      "512 B",
      "999 B",
      "1.0 kB",
      "7.0 MB",
      "123 MB",
      "1.5 GB",
    ]);
  });

  test("aligns the first column left and the others right", () => {
    expect(
      formatTable([
        ["", "Recall", "MRR"],
        ["@1", "0.1752", "0.1752"],
        ["@20", "0.7022", "1"],
      ]),
    ).toEqual(["     Recall     MRR", "@1   0.1752  0.1752", "@20  0.7022       1"]);
  });
});

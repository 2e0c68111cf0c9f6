/** `--wide` asks for an experiment of the engine: refused where there is none, and the same bits where there is. */

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { CommandError } from "../../src/cli/errors.js";
import { widen } from "../../src/cli/wide.js";
import { ROOT } from "../sources.js";

const FLAG = "--experimental-wasm-revectorize";
const LISTED = `  ${FLAG} (enable 128 to 256 bit revectorization)\n        type: bool`;

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "gru4rec-wide-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("widen", () => {
  test("sets the flag of an engine that has it, once it was seen", () => {
    const set: string[] = [];
    widen({ version: "V8 14", flags: () => LISTED, set: (flag) => void set.push(flag) });
    expect(set).toEqual([FLAG]);
  });

  test.each([
    ["no flag like it", "  --wasm-opt (optimise)\n"],
    ["only a longer one", `  ${FLAG}-all (more)\n`],
    ["no list", ""],
  ])("refuses an engine with %s, and sets nothing", (_, listed) => {
    const set: string[] = [];
    const engine = {
      version: "V8 11",
      flags: () => listed,
      set: (flag: string) => void set.push(flag),
    };
    expect(() => widen(engine)).toThrow(CommandError);
    expect(() => widen(engine)).toThrow(
      `--wide: expected an engine that knows ${FLAG}, as Node 24 does on x64, got V8 11`,
    );
    expect(set).toEqual([]);
  });
});

describe("gru4rec train --wide", () => {
  const clicks = join(folder, "clicks.tsv");
  const rows = Array.from({ length: 300 }, (_, i) => `${Math.floor(i / 5)}\t${(i * 7) % 31}\t${i}`);
  writeFileSync(clicks, `session\titem\ttime\n${rows.join("\n")}\n`);

  async function trained(...more: readonly string[]): Promise<Buffer> {
    const output = join(folder, `model${more.length}.safetensors`);
    const main = join(ROOT, "dist/cli/main.js");
    const how = ["--epochs", "2", "--layers", "32", "--negatives", "16", "--threads", "1"];
    await run(process.execPath, [main, "train", clicks, ...how, "-o", output, ...more]);
    return readFileSync(output);
  }

  test("gives the same bits, or is refused before any work", async () => {
    const { stdout } = await run(process.execPath, ["--v8-options"], { maxBuffer: 2 ** 24 });
    if (stdout.includes(`${FLAG} `)) {
      expect((await trained("--wide")).equals(await trained())).toBe(true);
      return;
    }
    const failure = trained("--wide");
    await expect(failure).rejects.toMatchObject({ code: 2, stdout: "" });
    await expect(failure).rejects.toThrow(`error: --wide: expected an engine that knows ${FLAG}`);
  });
});

/** Standard input, a hang-up, and outputs that take nothing more: said, and no model lost. */
import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder, QUICK } from "./children.js";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const ENDLESS = [...QUICK, "--epochs", "1000000", "--json"];

let clicks = "";

beforeAll(() => {
  clicks = newFile("clicks.tsv", cycleClicks(400, 40));
});

/** Standard output goes to a file of the system; standard error is collected. */
function writingTo(
  path: string,
  args: readonly string[],
): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    const stdio = ["ignore", openSync(path, "w"), "pipe"] as const;
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: [...stdio] });
    let stderr = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("close", (code) => resolve({ code: code ?? -1, stderr }));
  });
}

describe("SIGHUP", () => {
  test("saves the model of the last whole epoch, as Ctrl-C does", async () => {
    const output = join(newFolder(), "model.safetensors");
    const outcome = await gru4rec(["train", clicks, ...ENDLESS, "-o", output], {
      onLine: (line, kill) => line.includes('"epoch":2,') && kill("SIGHUP"),
    });
    expect(outcome.code).toBe(130);
    expect(outcome.stderr).toMatch(/^stopped in epoch \d+; saved the model of epoch \d+ to /);
    expect(existsSync(output)).toBe(true);
  });
});

describe("standard output that nobody reads", () => {
  test("ends a training with an output, which is saved and told", async () => {
    const output = join(newFolder(), "model.safetensors");
    const outcome = await gru4rec(["train", clicks, ...ENDLESS, "-o", output], {
      closeStdout: true,
    });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(
      /^error: standard output: expected to be written to, got a closed pipe; stopped in epoch \d+; /,
    );
    expect(outcome.stderr).toMatch(/saved the model of epoch \d+ to|no epoch was whole/);
  });

  test("ends what only prints, quietly", async () => {
    const outcome = await gru4rec(["inspect", clicks], { closeStdout: true });
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
  });
});

describe.skipIf(!existsSync("/dev/full"))("a full disk behind standard output", () => {
  const FULL = "error: standard output: expected to be written to, got a full disk";

  test("is said by every command, with exit code 1", async () => {
    for (const args of [["--help"], ["inspect", clicks], ["train", clicks, ...QUICK, "--json"]]) {
      const { code, stderr } = await writingTo("/dev/full", args);
      expect({ code, stderr }).toMatchObject({ code: 1 });
      expect(stderr).toContain(FULL);
      expect(stderr.match(/error:/g)).toHaveLength(1);
    }
  });

  test("does not lose the model", async () => {
    const output = join(newFolder(), "model.safetensors");
    const { code, stderr } = await writingTo("/dev/full", [
      "train",
      clicks,
      ...ENDLESS,
      "-o",
      output,
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /a full disk; stopped in epoch \d+; (saved the model|no epoch was whole)/,
    );
  });
});

describe("standard input", () => {
  const piped = (args: readonly string[], input: Uint8Array | string) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const child = spawn(process.execPath, [MAIN, ...args]);
      const out = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const) {
        child[name].setEncoding("utf8").on("data", (text: string) => {
          out[name] += text;
        });
      }
      child.stdin.on("error", () => {});
      child.stdin.end(input);
      child.on("close", (code) => resolve({ code: code ?? -1, ...out }));
    });

  test("is read by train -, plain or packed, as the file is", async () => {
    const text = readFileSync(clicks);
    const fromFile = await gru4rec(["train", clicks, ...QUICK, "--json"]);
    for (const input of [text, gzipSync(text)]) {
      const outcome = await piped(["train", "-", ...QUICK, "--json"], input);
      expect(outcome.code).toBe(0);
      const [data, , ...epochs] = linesOf(outcome);
      expect(data).toMatchObject({ path: "-", events: 1800, names: ["standard input"] });
      const losses = (lines: readonly Record<string, unknown>[]) => lines.map(({ loss }) => loss);
      expect(losses(epochs)).toEqual(losses(linesOf(fromFile).slice(2)));
    }
  });

  test("is named where it is no table, and where it is empty", async () => {
    const wrong = await piped(["train", "-"], "a,b\n1,2\n");
    expect(wrong.stderr).toMatch(/^error: standard input: expected a column of session ids/);
    expect(wrong.code).toBe(2);
    const empty = await piped(["inspect", "-"], "");
    expect(empty.stderr).toMatch(/^error: standard input: expected/);
    expect(empty.code).toBe(2);
  });
});

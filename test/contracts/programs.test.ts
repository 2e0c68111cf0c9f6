/** Programs that train, on the built package: they end by themselves, and keep no worker that nobody waits for. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { MODELS } from "./models.js";

const DIST = new URL("../../dist/index.js", import.meta.url).href;

/** What a program writes. */
async function written(program: string, ...flags: string[]): Promise<string> {
  const args = [...flags, "--input-type=module", "--eval", program.replace("DIST", DIST)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
  return stdout;
}

const ENDINGS = {
  "is aborted": `
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    await fit(model, { epochs: 1e6, threads: 2, signal: stop.signal }).catch(() => {});`,
  "leaves the loop": "for await (const _ of train(model, { epochs: 1e6, threads: 2 })) break;",
  diverges: `
    const wild = { epochs: 99, threads: 2, optimizer: "sgd", learningRate: 1e38 };
    await fit(model, wild).catch((error) => console.log(error.name));`,
  "is done": "await fit(model, { epochs: 1, threads: 2 });",
  "is abandoned": "await train(model, { epochs: 1e6, threads: 2 }).next();",
} as const;

describe.each(MODELS)("$name", ({ program }) => {
  test.each(Object.entries(ENDINGS))(
    "ends by itself after training that %s",
    async (name, ending) => {
      const said = await written(`${program}\n${ending}\nconsole.log("trained");`);
      expect(said).toBe(name === "diverges" ? "DivergedError\ntrained\n" : "trained\n");
    },
  );

  test("gives back the workers of abandoned trainings once they are collected", async () => {
    const said = await written(
      `${program}
      import { readdirSync } from "node:fs";
      const tasks = () => readdirSync("/proc/self/task").length;
      const before = tasks();
      // All are held until they are counted: else one may be collected before.
      const abandoned = async () => {
        const held = [];
        for (let i = 0; i < 3; ++i) held.push(train(await again(), { epochs: 1e6, threads: 2 }));
        await Promise.all(held.map((epochs) => epochs.next()));
        return { tasks: tasks(), trainings: held.length };
      };
      const { tasks: during } = await abandoned();
      for (let i = 0; i < 100 && tasks() > before; ++i) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      console.log(during >= before + 6, tasks() <= before);`,
      "--expose-gc",
    );
    expect(said).toBe("true true\n");
  });
});

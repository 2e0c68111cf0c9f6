/** The tiny app by tools that want a folder of a project, with all packages in it: Parcel, Next, test runners. */

import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../sources.js";
import { type Outcome, type Place, run } from "./place.js";
import type { Tools } from "./tools.js";

const MINUTES = 5 * 60_000;

/** A cell's folder that is a project of its own. */
async function project(
  place: Place,
  tools: Tools,
  name: string,
  manifest: object = {},
): Promise<string> {
  const folder = place.cell(name);
  const packages = join(folder, "node_modules");
  await run("cp", ["-al", join(tools.folder, "node_modules"), packages]);
  await run("cp", ["-al", ...place.packages(), packages]);
  writeFileSync(join(folder, "package-lock.json"), "{}"); // what tools take for the top of a project
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, type: "module", ...manifest }),
  );
  return folder;
}

export interface ParcelOptions {
  /** Whether Parcel reads `exports` and `imports` of packages. */
  readonly packageExports: boolean;
  readonly pages: readonly string[];
  readonly flags?: readonly string[];
}

export async function parcel(
  place: Place,
  tools: Tools,
  { packageExports, pages, flags = [] }: ParcelOptions,
): Promise<string> {
  const resolver = { "@parcel/resolver-default": { packageExports } };
  const folder = await project(
    place,
    tools,
    ["Parcel", packageExports, ...flags].join(" "),
    resolver,
  );
  const command = join(folder, "node_modules/parcel/lib/bin.js");
  const args = ["build", ...pages, "--dist-dir", "site", "--no-cache", ...flags];
  await run(process.execPath, [command, ...args], { cwd: folder, timeout: MINUTES });
  const site = join(folder, "site");
  place.addFiles(site);
  return site;
}

/** A built Next application that is served until the process is ended. */
export async function next(place: Place, tools: Tools, port: number): Promise<ChildProcess> {
  const folder = await project(place, tools, "Next");
  cpSync(join(ROOT, "test/packaging/next"), folder, { recursive: true });
  writeFileSync(
    join(folder, "next.config.mjs"),
    `export default { turbopack: { root: ${JSON.stringify(folder)} } };\n`,
  );
  place.addFiles(join(folder, "public"));
  const command = join(folder, "node_modules/next/dist/bin/next");
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
  await run(process.execPath, [command, "build"], { cwd: folder, timeout: MINUTES, env });
  const served = ["start", "--hostname", "127.0.0.1", "--port", String(port)];
  const server = spawn(process.execPath, [command, ...served], { cwd: folder, env });
  for await (const text of server.stdout) if (String(text).includes("Ready")) break;
  return server;
}

/** @param environment node, jsdom or happy-dom */
export async function vitest(place: Place, tools: Tools, environment: string): Promise<Outcome> {
  const folder = await project(place, tools, `vitest ${environment}`);
  const command = join(folder, "node_modules/vitest/vitest.mjs");
  writeFileSync(
    join(folder, "vitest.config.js"),
    'export default { test: { include: ["vitest.run.js"] } };\n',
  );
  const args = ["run", "--environment", environment];
  await run(process.execPath, [command, ...args], { cwd: folder, timeout: MINUTES });
  return JSON.parse(readFileSync(join(folder, "outcome.json"), "utf8"));
}

export async function jest(place: Place, tools: Tools): Promise<Outcome> {
  const config = { transform: {}, testMatch: ["**/jest.run.js"] };
  const folder = await project(place, tools, "jest", { jest: config });
  const command = join(folder, "node_modules/jest/bin/jest.js");
  const args = ["--experimental-vm-modules", "--no-warnings", command];
  await run(process.execPath, args, { cwd: folder, timeout: MINUTES });
  return JSON.parse(readFileSync(join(folder, "outcome.json"), "utf8"));
}

/** The same under other versions of TypeScript, each installed from the registry when it is needed. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../sources.js";
import { complaints, installIn, PLATFORMS, RESOLUTIONS } from "./consumer.js";

const folder = join(ROOT, "build", "types-versions");

/** Node10 needs `ignoreDeprecations` from 6 on, which versions before do not know; 7 has no Node10. */
const VERSIONS = [
  { version: "5.4.5", resolutions: ["NodeNext", "Node16", "Bundler", "Node10"] },
  { version: "5.9.3", resolutions: ["NodeNext", "Node16", "Bundler", "Node10"] },
  { version: "7.0.2", resolutions: ["NodeNext", "Node16", "Bundler"] },
] as const;

beforeAll(() => installIn(folder), 60_000);

describe.each(VERSIONS)("TypeScript $version", ({ version, resolutions }) => {
  const typescript = install("typescript", version);
  const cells = PLATFORMS.flatMap((platform) =>
    resolutions.map((resolution) => ({ platform, resolution, name: platform.name })),
  );

  test.skipIf(typescript === undefined).each(cells)(
    "finds no error with types of $name under $resolution",
    async ({ platform, resolution }) => {
      const { ignoreDeprecations: _, ...options } = {
        ignoreDeprecations: "",
        ...RESOLUTIONS[resolution],
      };
      expect(await complaints(folder, platform, options, typescript)).toBe("");
    },
    300_000,
  );
});

const react = install("@types/react", "19.3.3");

test.skipIf(react === undefined)(
  "the component of React compiles",
  async () => {
    const modules = join(react!, "../..");
    cpSync(modules, join(folder, "node_modules"), { recursive: true });
    cpSync(join(ROOT, "examples/page/next-items.tsx"), join(folder, "next-items.tsx"));
    const page = PLATFORMS.find(({ name }) => name === "DOM")!;
    const options = { ...RESOLUTIONS.Bundler, jsx: "react-jsx" };
    expect(await complaints(folder, { ...page, programs: ["next-items.tsx"] }, options)).toBe("");
  },
  300_000,
);

/** The folder of a package; undefined, and said so, where the registry cannot be reached. */
function install(name: string, version: string): string | undefined {
  const at = join(ROOT, "build", `${name.replace("@", "").replace("/", "-")}-${version}`);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, "package.json"), '{ "private": true }');
  const flags = [
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--loglevel=error",
  ];
  try {
    execFileSync("npm", ["install", ...flags, `${name}@${version}`], { cwd: at, stdio: "pipe" });
  } catch {
    console.warn(`${name} ${version} could not be installed: its cells are skipped`);
    return undefined;
  }
  return join(at, "node_modules", name);
}

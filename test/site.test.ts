/** The static site of guide and reference is made without a warning, and every link within it leads to a page. */

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ROOT } from "./sources.js";

const site = join(ROOT, "build", "site");
beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, "scripts/site.mjs"), "--guide"], { stdio: "pipe" });
}, 180_000);

test("every page of the guide is in it, and every link leads to a file", () => {
  const pages = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".html"),
  );
  const documents = pages.filter((path) => path.includes("documents"));
  const guide = readdirSync(join(ROOT, "docs")).filter((name) => name !== "README.md");
  expect(documents).toHaveLength(guide.length);
  const broken = pages.flatMap((path) => {
    const html = readFileSync(join(site, path), "utf8");
    return [...html.matchAll(/href="(?!https?:)([^"#?]+)[^"]*"/g)]
      .map(([, href]) => join(dirname(path), decodeURI(href!)))
      .filter((target) => !existsSync(join(site, target)))
      .map((target) => `${path}: ${target}`);
  });
  expect(broken).toEqual([]);
});

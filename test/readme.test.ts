/**
 * Every fenced block of README.md and of docs/*.md is run, in order, in a folder of the document's own with example
 * click logs (readme/clicks.ts).
 *
 *   ts, js     run and type-checked. All blocks below one `##` heading are one program, so a later block may use
 *              what an earlier one defined. `<!-- example` … `-->` before a block holds code that the program needs
 *              and the reader does not.
 *   ts browser type-checked only: it needs a page.
 *   sh         `npx gru4rec …`, `gru4rec …` and `npm start` are run by the built command; any other command must be
 *              in NOT_RUN below.
 *   html, js vite, js webpack, js esbuild, js rollup
 *              run in packaging/readme.test.ts.
 *   json       each line parses. It shows output.
 *   text       shows output.
 *
 * A block with any other language fails the test: run it or say here why not.
 */

import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { blocksOf, commandsOf, programsOf } from "./readme/blocks.js";
import { writeClicks } from "./readme/clicks.js";
import { ROOT } from "./sources.js";

/** Commands that change the machine or take minutes. They are what CI itself runs, or what a bench needs. */
const NOT_RUN = [
  /^npm (install|ci|test|run (build|check|format|bench|experiments|test:long)\b)/,
  /^git clone /,
  /^cd /,
  /^node bench\//,
];

/** Blocks that are run on the installed package (packaging/readme.test.ts). */
const PACKAGED = ["html", "js vite", "js webpack", "js esbuild", "js rollup"];

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const documents = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)];
const run = promisify(execFile);

describe.each(documents)("%s", (path) => {
  const text = readFileSync(join(ROOT, path), "utf8");
  const blocks = blocksOf(text);
  const programs = programsOf(blocks);
  const commands = commandsOf(blocks);

  /** Inside the package, so that its own name resolves to dist/, as it does for whoever installed it. */
  const folder = join(ROOT, "build", "readme", slug(path));
  const bin = join(folder, "bin");
  const writeCommand = (name: string, script: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(bin, { recursive: true });
    writeClicks(folder);
    const command = join(ROOT, "dist/cli/main.js");
    writeCommand("gru4rec", `exec "${process.execPath}" "${command}" "$@"`);
    writeCommand("npx", 'exec "$@"');
    writeCommand("npm", '[ "$1" = start ] && exec gru4rec demo');
  });

  test("has no block of an unknown kind", () => {
    const known = ["ts", "js", "hidden", "ts browser", "sh", "json", "text", ...PACKAGED];
    expect(blocks.filter(({ info }) => !known.includes(info))).toEqual([]);
  });

  test("links to what there is, absolutely where npm shows no file", () => {
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!);
    const base = `${manifest.homepage.split("#")[0]}/blob/main/`;
    const isRight = (link: string): boolean => {
      if (link.startsWith("#")) return anchorsOf(text).includes(link);
      if (path !== "README.md" && !link.startsWith("https://")) return isThere(dirname(path), link);
      if (!link.startsWith(base)) return link.startsWith("https://");
      return existsSync(join(ROOT, link.slice(base.length).replace(/#.*/, "")));
    };
    expect(links.filter((link) => !isRight(link))).toEqual([]);
  });

  test.each(programs)(
    "the program of $section (line $line) runs",
    async ({ section, code }) => {
      const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
      const { outputText } = ts.transpileModule(code, { compilerOptions: options });
      const file = join(folder, `${slug(section)}.mjs`);
      writeFileSync(file, outputText);
      const { stderr } = await run(process.execPath, [file], { cwd: folder, timeout: 120_000 });
      expect(stderr).toBe("");
    },
    130_000,
  );

  // One test, because a later command reads what an earlier one wrote.
  test.skipIf(process.platform === "win32")(
    "its commands run, one after the other",
    async () => {
      const path = `${bin}${delimiter}${process.env.PATH}`;
      for (const { text, line } of commands) {
        if (NOT_RUN.some((pattern) => pattern.test(text))) continue;
        expect(text, `line ${line}: a command that is neither run nor in NOT_RUN`).toMatch(
          /^(npx )?gru4rec\b|^npm start\b/,
        );
        const env = { ...process.env, PATH: path };
        await run("bash", ["-o", "pipefail", "-c", text], {
          cwd: folder,
          env,
          timeout: 200_000,
        }).catch((error) => {
          throw new Error(`${path}, line ${line}: ${text}\n${error.stdout}${error.stderr}`);
        });
      }
    },
    600_000,
  );

  test("the JSON it shows is JSON", () => {
    for (const { info, code } of blocks) {
      if (info !== "json") continue;
      for (const line of code.trim().split("\n"))
        expect(() => JSON.parse(line), line).not.toThrow();
    }
  });
});

test("all programs of all documents are well typed", async () => {
  const folder = join(ROOT, "build", "readme-types");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = documents.flatMap((path) => {
    const blocks = blocksOf(readFileSync(join(ROOT, path), "utf8"));
    const pages = blocks.filter(({ info }) => info === "ts browser");
    const written = [
      ...programsOf(blocks).map(({ section, code }) => ({ name: slug(section), code })),
      ...pages.map(({ line, code }) => ({ name: `page-${line}`, code })),
    ];
    return written.map(({ name, code }) => {
      const file = `${slug(path)}-${name}.mts`;
      writeFileSync(join(folder, file), `${code}\nexport {};\n`);
      return file;
    });
  });
  expect(files.length).toBeGreaterThan(10);
  const compilerOptions = {
    target: "ES2022",
    module: "NodeNext",
    strict: true,
    noEmit: true,
    pretty: false,
    types: ["node"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", folder]).catch((error) => error);
  expect(stdout).toBe("");
}, 120_000);

describe("the reading of a README", () => {
  const text = [
    "## One",
    "<!-- example",
    "const a = 1;",
    "-->",
    "```ts",
    "console.log(a);",
    "```",
    "```sh",
    "$ gru4rec train a.tsv \\",
    "    --epochs 1   # quick",
    "# a comment",
    "npm test",
    "```",
    "## Two",
    "```ts",
    "const a = 2;",
    "```",
  ].join("\n");

  test("joins the blocks of a section and the lines of a command", () => {
    expect(programsOf(blocksOf(text))).toEqual([
      { section: "One", line: 2, code: "const a = 1;\n\nconsole.log(a);\n" },
      { section: "Two", line: 15, code: "const a = 2;\n" },
    ]);
    expect(commandsOf(blocksOf(text)).map((command) => command.text)).toEqual([
      "gru4rec train a.tsv --epochs 1",
      "npm test",
    ]);
  });
});

function slug(section: string): string {
  return section.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

/** The anchors of a document's headings, as GitHub makes them. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => {
    const kept = title!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "");
    return `#${kept.replaceAll(" ", "-")}`;
  });

/** Whether a relative link leads to a file, and to a heading in it. */
function isThere(from: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = join(ROOT, from, path);
  if (!existsSync(file)) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, "utf8")).includes(`#${anchor}`);
}

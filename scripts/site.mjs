/**
 * Makes build/site/, one static site: the page of examples/web, and below guide/ the guide (docs/) and the reference of
 * every public name (TSDoc). With --guide the guide alone.
 */

import { readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Application } from "typedoc";
import { build } from "vite";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUT = `${ROOT}build/site`;

/** The pages of the guide in the order in which docs/README.md, its front page, would have them read. */
const FIRST = ["reading-logs", "training", "evaluating", "recommending"];

/** Types that public ones are made of, and that nobody needs by name. */
const INTERNAL = [
  "AnyFitted",
  "Epochs",
  "EPOCH_ORDERS",
  "Fetched",
  "Global",
  "PageWorker",
  "PHASES",
  "ResolvedLearningOptions",
  "ResolvedRanking",
  "ResolvedRetrievalOptions",
  "ResolvedTowerOptions",
  "STARTS",
  "SUPPORTS",
  "TestSize",
  "TwoTowers",
  "ValidationSize",
];

rmSync(OUT, { recursive: true, force: true });
if (!process.argv.includes("--guide")) await writePage();
await writeGuide(`${OUT}/guide`);
console.log(`gru4rec: the site is in ${OUT}`);

async function writePage() {
  await build({
    configFile: `${ROOT}examples/web/vite.config.ts`,
    define: { __GUIDE__: JSON.stringify("guide/index.html") },
    build: { outDir: OUT },
    logLevel: "warn",
  });
}

async function writeGuide(folder) {
  const app = await Application.bootstrap({
    name: "gru4rec",
    entryPoints: ["src/index.ts", "src/node.ts", "src/recommend.ts"],
    tsconfig: `${ROOT}tsconfig.build.json`,
    readme: "docs/README.md",
    projectDocuments: guidePages(),
    out: folder,
    customCss: `${ROOT}scripts/site.css`,
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
    // A static site of one commit: links to sources would need a host that has it.
    disableSources: true,
    githubPages: false,
    navigationLinks: { GitHub: "https://github.com/gru4rec/gru4rec-js" },
    intentionallyNotExported: INTERNAL,
    treatWarningsAsErrors: true,
  });
  const project = await app.convert();
  if (!project) throw new Error("typedoc: the sources do not compile");
  app.validate(project);
  nameAsPrinted(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
}

/** Pages are called by their headings, and modules by what is imported, not by their files. */
function nameAsPrinted(project) {
  for (const page of project.documents ?? []) {
    const [{ text }] = page.content;
    page.name = /^# (.+)/.exec(text)?.[1] ?? page.name;
  }
  for (const module of project.children ?? [])
    module.name = module.name === "index" ? "gru4rec" : `gru4rec/${module.name}`;
}

function guidePages() {
  const names = readdirSync(`${ROOT}docs`).map((file) => file.replace(/\.md$/, ""));
  const rest = names.filter((name) => name !== "README" && !FIRST.includes(name));
  return [...FIRST, ...rest].map((name) => `docs/${name}.md`);
}

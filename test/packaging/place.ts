/** Where cells run: the package, installed from its tarball, and in a folder of each cell the files of the tiny app. */

import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect } from "vitest";
import { fit, GRU4Rec, readSessions } from "../../src/index.js";
import { ROOT } from "../sources.js";

export const run: typeof execFile.__promisify__ = promisify(execFile);
const APP = join(ROOT, "test/packaging/app");

/** What a cell must find out: that it trains, reads and recommends as the sources do. */
export interface Outcome {
  readonly events?: readonly number[];
  /** The trained model's file, base64. */
  readonly model?: string;
  readonly recommended?: readonly string[];
  readonly error?: string;
}

/** 40 visits to 12 items as text. */
function clicks(): string {
  const lines = ["session_id,item_id,timestamp"];
  for (let i = 0; i < 200; ++i) {
    const visit = Math.floor(i / 5);
    lines.push(`${visit},${(visit * 5 + (i % 5) * (1 + (visit % 3))) % 12},${1000 + i}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A folder with the installed package, in which cells have folders of their own. */
export class Place {
  readonly folder: string;
  /** What the sources come to in this process. */
  readonly expected: Outcome;

  private constructor(folder: string, expected: Outcome) {
    this.folder = folder;
    this.expected = expected;
  }

  /** @param name names the folder below build/: who runs at the same time names another */
  static async make(name: string): Promise<Place> {
    const folder = join(ROOT, "build", "packaging", name);
    rmSync(folder, { recursive: true, force: true });
    const installed = join(folder, "node_modules", "gru4rec");
    mkdirSync(installed, { recursive: true });
    const pack = ["pack", "--json", "--pack-destination", folder];
    const { stdout } = await run("npm", pack, { cwd: ROOT });
    const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))); // what is built is told first
    await run("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components=1"]);
    copyDependencies("gru4rec", join(folder, "node_modules"), installed);
    writeFileSync(join(folder, "tsconfig.json"), "{}"); // tools look no further up
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
    return new Place(folder, await trainedHere());
  }

  /** Folders of the package and of all that it depends on. */
  packages(): string[] {
    const folder = join(this.folder, "node_modules");
    return readdirSync(folder).map((name) => join(folder, name));
  }

  /** Copies the prebuilt modules of the package, and what they load. */
  addPrebuilt(folder: string): void {
    cpSync(join(this.folder, "node_modules/gru4rec/dist"), folder, { recursive: true });
  }

  /** A new folder with the app's files, a click log and a model. */
  cell(name: string): string {
    const folder = join(this.folder, name.replaceAll(/[^\w.]+/g, "-"));
    cpSync(APP, folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
    this.addFiles(folder);
    return folder;
  }

  /** Writes what pages fetch: the click log, the same packed, a model. */
  addFiles(folder: string): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "clicks.csv"), clicks());
    writeFileSync(join(folder, "clicks.csv.gz"), gzipSync(clicks()));
    // Servers that see a gzip's name send it as a packed text, which browsers unpack themselves.
    writeFileSync(join(folder, "clicks.packed"), gzipSync(clicks()));
    writeFileSync(join(folder, "model.bin"), Buffer.from(this.expected.model!, "base64"));
  }
}

/** The same as app/app.js, by the sources. */
async function trainedHere(): Promise<Outcome> {
  const sessions = await readSessions(clicks());
  const model = await GRU4Rec.create(sessions.items, { layers: [8], seed: 7 });
  const training = { epochs: 2, batchSize: 4, negatives: 8, numerics: "portable" } as const;
  await fit(model, sessions, training);
  return {
    events: [sessions.events, sessions.events],
    model: Buffer.from(model.toBytes()).toString("base64"),
    recommended: model.recommend(["1", "2"], { count: 5 }).map(({ itemId }) => String(itemId)),
  };
}

/** The outcome of a cell is that of the sources, bit for bit. */
export function expectSame(outcome: Outcome, { expected }: Place): void {
  const { model, ...rest } = outcome;
  const { model: expectedModel, ...expectedRest } = expected;
  expect(rest).toEqual(expectedRest);
  expect(model === expectedModel).toBe(true);
}

/** Copies what a package depends on, from the tree of this project. */
function copyDependencies(name: string, target: string, from: string): void {
  const { dependencies = {} } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  for (const dependency of Object.keys(dependencies)) {
    const source = join(ROOT, "node_modules", dependency);
    if (!existsSync(source))
      throw new Error(`${name} depends on ${dependency}, which is not there`);
    cpSync(source, join(target, dependency), { recursive: true });
    copyDependencies(dependency, target, source);
  }
}

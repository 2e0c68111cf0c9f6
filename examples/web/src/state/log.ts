/** What a person does with a log: drops a file, presses the sample shop, names the items. */

import type { ReadOptions } from "gru4rec";
import type { LogFacts } from "../engine/protocol.js";
import { count } from "../words/numbers.js";
import { chooseFile } from "./choose.js";
import { beginMap, engine, tellGone } from "./engine.js";
import { learn, showModel, stop } from "./learn.js";
import { offerWith } from "./offer.js";
import { settle } from "./settle.js";
import { change, FRESH, notice, now, withdraw } from "./state.js";

const isModelFile = (file: File): boolean => /\.safetensors$/i.test(file.name);

/** Files from a drop or a dialog: a log, or a model from before. */
export function open(files: readonly File[]): void {
  const [file] = files;
  const { phase, facts } = now();
  if (!file || phase === "reading") return;
  if (phase === "training" || phase === "paused") {
    const rest = `Stop here, and ${file.name} is read. What was learned until then goes with it.`;
    const actions = [
      { name: `Stop, and read ${file.name}`, run: () => stop(() => open(files)) },
      { name: "Go on learning", run: () => withdraw("data") },
    ];
    notice({ section: "data", fact: `It is learning from ${facts!.name}.`, rest, actions });
  } else if (isModelFile(file)) void openModel(file);
  else if (memoryOf(files) > MUCH_MEMORY)
    void import("./refused.js").then(({ warn }) => warn(files));
  else void read(files, {});
}

/** Bytes of memory that a byte of a log may take: a row of text becomes an event of about as many bytes. */
export const MEMORY = 1.2;
/** The same of what is packed. */
const PACKED_MEMORY = 6;
export const PACKED: RegExp = /\.(gz|zst|zip|parquet)$/i;
export const MUCH_MEMORY = 1.5e9;

export function memoryOf(files: readonly File[]): number {
  const one = ({ name, size }: File): number => size * (PACKED.test(name) ? PACKED_MEMORY : MEMORY);
  return files.reduce((sum, file) => sum + one(file), 0);
}

export async function tryShop(): Promise<void> {
  withdraw();
  change({ phase: "reading", section: "data", reading: undefined });
  try {
    taken(await engine.call("shop"), []);
    learn();
  } catch {
    change({ phase: "first" });
    tellGone();
  }
}

export async function read(files: readonly File[], options: ReadOptions): Promise<void> {
  withdraw();
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const name = files.map((file) => file.name).join(", ");
  const reading = { name, size: total, rows: 0, share: 0 };
  const { peek, choice, phase } = now();
  change({ phase: "reading", section: "data", reading });
  try {
    taken(await engine.call("read", files, options), files);
    if (Object.keys(options).length > 0) change({ peek, choice });
  } catch (error) {
    change({ phase, reading: undefined }); // what was there before stays
    const { refused } = await import("./refused.js");
    await refused(error, files, options);
  }
}

function taken(facts: LogFacts, files: readonly File[]): void {
  const { names = facts.ids, categories } = facts;
  change({ ...FRESH, facts, files, names, categories, phase: "ready", section: "train" });
  change({ reading: undefined });
  void beginMap(facts);
  void describe(facts);
  settle();
  void offerWith(facts);
}

/** Pictures of the data and baselines take a second: they come when they are there. */
async function describe(facts: LogFacts): Promise<void> {
  const isOld = (): boolean => now().facts !== facts;
  const inspection = await engine.call("inspect");
  if (isOld()) return;
  change({ inspection });
  const baselines = await engine.call("baselines");
  if (!isOld()) change({ baselines });
}

export const chooseModel = (): void =>
  chooseFile(([file]) => file && void openModel(file), ".safetensors");
export async function openModel(file: File): Promise<void> {
  withdraw();
  try {
    const facts = await engine.call("open", file);
    change({ ...FRESH, facts, names: facts.ids, categories: undefined, phase: "ended" });
    await beginMap(facts);
    showModel();
  } catch (error) {
    const { modelRefused } = await import("./refused.js");
    modelRefused(error, file);
  }
}

export async function nameItems(file: File): Promise<void> {
  const { facts } = now();
  try {
    const { names, categories, found } = await engine.call("titles", file);
    if (found === 0) {
      const { namesNothing } = await import("./refused.js");
      return namesNothing(file);
    }
    change({ names, categories: categories ?? now().categories });
    const items = count(facts!.ids.length);
    const fact = `${file.name} names ${count(found)} of the ${items} items.`;
    const rest = found === facts!.ids.length ? "" : "The others keep their ids.";
    notice({ section: "data", fact, rest, isNews: true });
  } catch (error) {
    const { titlesRefused } = await import("./refused.js");
    titlesRefused(error, file);
  }
}

/** What a person does with a log: drops a file, presses the sample shop, tells the columns, names the items. */

import type { ReadOptions } from "gru4rec";
import type { LogFacts } from "../engine/protocol.js";
import { count, size } from "../words/numbers.js";
import { modelProblem, readingProblem } from "../words/problems.js";
import { chooseFile } from "./choose.js";
import { type Choice, guessed, readOptionsOf } from "./columns.js";
import { engine, mapMaker } from "./engine.js";
import { learn, showModel } from "./learn.js";
import { radiiOf } from "./radii.js";
import { settle } from "./settle.js";
import { change, FRESH, notice, now, withdraw } from "./state.js";

const isModelFile = (file: File): boolean => /\.safetensors$/i.test(file.name);

/** Files from a drop or a dialog: a log, or a model from before. */
export function open(files: readonly File[]): void {
  const [file] = files;
  if (!file) return;
  if (isModelFile(file)) void openModel(file);
  else if (memoryOf(files) > MUCH_MEMORY) warn(files);
  else void read(files, {});
}

/** Bytes of memory that a log may take: a row of text becomes an event of about as many bytes, packed ones more. */
function memoryOf(files: readonly File[]): number {
  return files.reduce((sum, { name, size }) => sum + size * (PACKED.test(name) ? 6 : 1.2), 0);
}

const PACKED = /\.(gz|zst|zip|parquet)$/i;
const MUCH_MEMORY = 1.5e9;

/** Says before it is read that a log is large. */
function warn(files: readonly File[]): void {
  withdraw();
  notice({
    section: "data",
    fact: `This log needs about ${size(memoryOf(files))} of memory,`,
    rest: "perhaps more than this browser gives to a tab. A part of it, the last month for example, needs less.",
    actions: [
      { name: "Choose another file", run: () => chooseFile(open) },
      { name: "Try all of it", run: () => void read(files, {}) },
    ],
  });
}

export async function tryShop(): Promise<void> {
  withdraw();
  change({ ...FRESH, phase: "reading", section: "data", reading: undefined, files: [] });
  taken(await engine.call("shop"));
  learn();
}

export async function read(files: readonly File[], options: ReadOptions): Promise<void> {
  withdraw();
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const name = files.map((file) => file.name).join(", ");
  const reading = { name, size: total, rows: 0, share: 0 };
  const { peek, choice } = now();
  const isAgain = Object.keys(options).length > 0;
  change({ ...FRESH, phase: "reading", section: "data", files, reading });
  try {
    taken(await engine.call("read", files, options));
    change({ peek: isAgain ? peek : undefined, choice: isAgain ? choice : {} });
  } catch (error) {
    await refused(error, files);
  }
}

/** Asks for the columns where that helps; else says what is so. */
async function refused(error: unknown, files: readonly File[]): Promise<void> {
  if ((error as { trouble?: { name: string } }).trouble?.name === "AbortError") {
    return change({ phase: "first", reading: undefined });
  }
  const { message } = error as Error;
  const asksColumns = /(session|user|item|time)Column/.test(message);
  const peek = asksColumns ? await engine.call("peek", files[0]!) : undefined;
  if (peek) {
    change({ phase: "columns", reading: undefined, peek, choice: guessed(peek) });
    return;
  }
  change({ phase: "first", reading: undefined });
  const { fact, rest, helps } = readingProblem(error, files);
  const actions = {
    file: { name: "Choose another file", run: () => chooseFile(open) },
    columns: { name: "Choose the columns", run: () => void askColumns(files) },
    reload: { name: "Load the newest page", run: () => location.reload() },
    skip: {
      name: "Leave out such rows",
      run: () => void read(files, { ...readOptionsOf(now().choice), skipBadRows: true }),
    },
  };
  notice({ section: "data", fact, rest, actions: helps ? [actions[helps]] : [] });
}

/** Shows the first rows, so that columns can be told. */
export async function askColumns(files: readonly File[] = now().files): Promise<void> {
  const peek = files[0] && (await engine.call("peek", files[0]));
  if (!peek) return;
  const { columns } = now().facts ?? {};
  const known: Choice = {
    ...(columns?.visit && { visit: columns.visit.name }),
    ...(columns?.item && { item: columns.item.name }),
    ...(columns?.time && { time: columns.time.name }),
  };
  withdraw("data");
  change({ phase: "columns", peek, choice: { ...guessed(peek), ...known }, files });
}

export function useColumns(): void {
  void read(now().files, readOptionsOf(now().choice));
}

/** Another column for one role of a log that was read: it is read again. */
export async function changeColumn(part: Choice): Promise<void> {
  const { columns, pause } = now().facts!;
  const choice: Choice = {
    ...(columns.visit && { visit: columns.visit.name }),
    ...(columns.item && { item: columns.item.name }),
    ...(columns.time && { time: columns.time.name }),
    ...(pause && { pause }),
    ...part,
  };
  change({ choice });
  await read(now().files, readOptionsOf(choice));
}

function taken(facts: LogFacts): void {
  const { names = facts.ids, categories } = facts;
  change({ facts, names, categories, phase: "ready", section: "train", reading: undefined });
  void mapMaker.call("begin", radiiOf(facts.support), facts.support);
  void describe(facts);
  settle();
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

export async function openModel(file: File): Promise<void> {
  withdraw();
  try {
    const facts = await engine.call("open", file);
    change({ ...FRESH, facts, names: facts.ids, categories: undefined, phase: "ended" });
    await mapMaker.call("begin", radiiOf(facts.support), facts.support);
    showModel();
  } catch (error) {
    const { fact, rest } = modelProblem(error, file, __VERSION__);
    notice({ section: now().phase === "first" ? "data" : "take", fact, rest });
  }
}

export async function nameItems(file: File): Promise<void> {
  const { facts } = now();
  const another = {
    name: "Choose another file",
    run: () => chooseFile(([one]) => one && void nameItems(one)),
  };
  try {
    const { names, categories, found } = await engine.call("titles", file);
    if (found === 0) {
      const rest = `Its ids are others than those of the log, like ${facts!.ids[0]}.`;
      return notice({
        section: "data",
        fact: `${file.name} names none of these items.`,
        rest,
        actions: [another],
      });
    }
    change({ names, categories: categories ?? now().categories });
    const items = count(facts!.ids.length);
    const fact = `${file.name} names ${count(found)} of the ${items} items.`;
    const rest = found === facts!.ids.length ? "" : "The others keep their ids.";
    notice({ section: "data", fact, rest, isNews: true });
  } catch (error) {
    const { fact, rest } = readingProblem(error, [file]);
    notice({ section: "data", fact, rest, actions: [another] });
  }
}

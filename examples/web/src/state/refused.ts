/** What is said of a file that is no log, no model or no titles, or large; loaded when there is one. */

import type { ReadOptions } from "gru4rec";
import type { EngineError } from "../engine/calls.js";
import type { Peek, Rewriting } from "../engine/protocol.js";
import { size } from "../words/numbers.js";
import { modelProblem, readingProblem } from "../words/problems.js";
import { chooseFile } from "./choose.js";
import { engine, tellGone } from "./engine.js";
import { guessed } from "./guessed.js";
import {
  chooseModel,
  MEMORY,
  MUCH_MEMORY,
  memoryOf,
  nameItems,
  open,
  PACKED,
  read,
} from "./log.js";
import { change, notice, now, withdraw } from "./state.js";
import { askColumns } from "./telling.js";

const DAYS = [30, 7, 1];
const newestPage = { name: "Load the newest page", run: () => location.reload() };

/** Says before it is read that a log is large, and offers its last days where it is in the order of time. */
export async function warn(files: readonly File[]): Promise<void> {
  const [file] = files;
  const isText = files.length === 1 && !PACKED.test(file!.name);
  const part = isText
    ? await engine.call("lastDays", file!, DAYS, MUCH_MEMORY / MEMORY).catch(() => undefined)
    : undefined;
  const days = part?.days === 1 ? "day" : `${part?.days} days`;
  const less = part
    ? `The last ${days} ${part.days === 1 ? "needs" : "need"} ${size(memoryOf([part.file]))}.`
    : "A part of it, the last month for example, needs less.";
  withdraw();
  notice({
    section: "data",
    fact: `This log needs about ${size(memoryOf(files))} of memory,`,
    rest: `perhaps more than this browser gives to a tab. ${less}`,
    actions: [
      part
        ? { name: `Use the last ${days}`, run: () => void read([part.file], {}) }
        : { name: "Choose another file", run: () => chooseFile(open) },
      { name: "Try all of it", run: () => void read(files, {}) },
    ],
  });
}

/** Asks for the columns where that helps; else says what is so. */
export async function refused(
  error: unknown,
  files: readonly File[],
  options: ReadOptions,
): Promise<void> {
  const { message, trouble } = error as Partial<EngineError> & Error;
  if (trouble?.name === "AbortError") return;
  if (trouble?.name === "Gone") return tellGone();
  const asksColumns = /(session|user|item|time)Column/.test(message);
  const peek = asksColumns
    ? ((await engine.call("peek", files[0]!)) ?? namedIn(message))
    : undefined;
  if (peek) {
    change({ phase: "columns", files, peek, choice: guessed(peek) });
    return;
  }
  const { fact, rest, helps = [], line } = readingProblem(error, files);
  const rewritten = async (how: Rewriting): Promise<void> => {
    void read([await engine.call("rewrite", files[0]!, how)], options);
  };
  const actions = {
    windows: { name: "Read it as Windows text", run: () => void rewritten("windows") },
    days: { name: "Read them as day, month, year", run: () => void rewritten("days") },
    file: { name: "Choose another file", run: () => chooseFile(open) },
    reload: newestPage,
    columns: { name: "Choose the columns", run: () => void askColumns(files) },
    before: {
      name: "Use the rows before it",
      run: () => void readBefore(files[0]!, line!, options),
    },
    skip: {
      name: "Leave out such rows",
      run: () => void read(files, { ...options, skipBadRows: true }),
    },
  };
  notice({ section: "data", fact, rest, actions: helps.map((name) => actions[name]) });
}

async function readBefore(file: File, line: number, options: ReadOptions): Promise<void> {
  const part = await engine.call("rowsBefore", file, line);
  if (part) void read([part], options);
}

/** The columns that the reader found, of a table whose rows are no text. */
function namedIn(message: string): Peek | undefined {
  const [, list] = /got the columns (.*)\. /.exec(message) ?? [];
  const names = [...(list ?? "").matchAll(/"([^"]*)"/g)].map(([, name]) => name!);
  const columns = names.map((name) => ({ name, looks: "" }));
  return names.length > 0 ? { columns, rows: [], form: "" } : undefined;
}

/** Why a model's file could not be opened. */
export function modelRefused(error: unknown, file: File): void {
  const section = now().phase === "first" ? "data" : "take";
  const { fact, rest, helps } = modelProblem(error, file, __VERSION__);
  const another = { name: "Choose another file", run: chooseModel };
  notice({ section, fact, rest, actions: [helps ? newestPage : another] });
}

const otherTitles = {
  name: "Choose another file",
  run: () => chooseFile(([one]) => one && void nameItems(one)),
};

export function namesNothing(file: File): void {
  const fact = `${file.name} names none of these items.`;
  const rest = `Its ids are others than those of the log, like ${now().facts!.ids[0]}.`;
  notice({ section: "data", fact, rest, actions: [otherTitles] });
}

export function titlesRefused(error: unknown, file: File): void {
  const { fact, rest } = readingProblem(error, [file]);
  notice({ section: "data", fact, rest, actions: [otherTitles] });
}

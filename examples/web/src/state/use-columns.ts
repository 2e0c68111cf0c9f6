/** Reads a log by the columns that a person told; one without times gets them from the order of its rows. */

import { ROWS } from "./columns.js";
import { engine } from "./engine.js";
import { readOptionsOf } from "./guessed.js";
import { read } from "./log.js";
import { now, type State } from "./state.js";

/** Whether rows of the files in hand can be numbered: those of one text. */
export function canNumber({ files, peek }: State): boolean {
  const isText = peek?.delimiter !== undefined || peek?.form === "JSON lines";
  return isText && files.length === 1 && !peek.columns.some(({ name }) => name === ROWS);
}

export async function useColumns(): Promise<void> {
  const state = now();
  const { files, choice, peek } = state;
  const [file] = files;
  const isNumbered = choice.time === ROWS && canNumber(state);
  const told = isNumbered ? [await engine.call("rewrite", file!, "rows", peek!.delimiter)] : files;
  await read(told, readOptionsOf(choice));
}

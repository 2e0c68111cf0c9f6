/** The cells by name. The ways back stand apart (backward.ts): who only recommends needs none. */

import { checkBoolean, checkChoice } from "../../checks.js";
import type { Cell } from "./cell.js";
import { gru } from "./gru.js";
import { lstm } from "./lstm.js";
import { rnn } from "./rnn.js";

/** The recurrent cells. */
export type CellName = "gru" | "rnn" | "lstm";

export const CELLS: Readonly<Record<CellName, Cell>> = { gru, rnn, lstm };

/** @throws ConfigError when there is no such cell */
export function checkCell(cell: CellName, resetAfter: boolean): void {
  checkChoice("cell", cell, Object.keys(CELLS));
  checkBoolean("resetAfter", resetAfter);
}

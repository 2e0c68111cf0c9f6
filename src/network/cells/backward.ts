/** The ways back of all cells, by name. */

import type { CellBackward } from "./cell.js";
import type { CellName } from "./forward.js";
import { gruBackward } from "./gru.js";
import { lstmBackward } from "./lstm.js";
import { rnnBackward } from "./rnn.js";

export const CELLS_BACKWARD: Readonly<Record<CellName, CellBackward>> = {
  gru: gruBackward,
  rnn: rnnBackward,
  lstm: lstmBackward,
};

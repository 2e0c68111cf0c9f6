/** What two towers are trained and measured on: examples, or sessions of which they are made. */

import { checkObject } from "../../checks.js";
import type { Examples } from "../../data/examples.js";
import { examplesOfSessions } from "../../data/session-examples.js";
import { Sessions } from "../../data/sessions.js";
import type { TwoTowers } from "../../models/two-towers/two-towers.js";
import { inTurns } from "../../pause.js";

/** Examples as they are; of sessions one for every click but a session's first. */
export async function examplesFor(
  { options }: TwoTowers,
  data: Examples | Sessions,
): Promise<Examples> {
  if (!(data instanceof Sessions)) {
    checkObject("examples", data, "examples, as of examplesOf, or sessions");
    return data;
  }
  return inTurns(examplesOfSessions(data, options.windowLength));
}

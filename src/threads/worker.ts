/** Entry of the worker program: every program a job can name. It is bundled and embedded as text. */

import { port } from "#port";
import { planGru4rec } from "../models/gru4rec/answering.js";
import { planTowerAnswers } from "../models/two-towers/answering.js";
import { listsProgram } from "../ranking/list-program.js";
import { rankProgram } from "../ranking/rank-program.js";
import { retrievalProgram } from "../training/in-batch/program.js";
import { trainingProgram } from "../training/sampled/program.js";
import { serve } from "./serve.js";

serve(port, {
  training: trainingProgram,
  retrieval: retrievalProgram,
  "gru4rec-ranks": rankProgram(planGru4rec),
  "gru4rec-lists": listsProgram(planGru4rec),
  "two-towers-ranks": rankProgram(planTowerAnswers),
  "two-towers-lists": listsProgram(planTowerAnswers),
});

/** Entry of the worker program: every program a job can name. It is bundled and embedded as text. */

import { port } from "#port";
import { listsProgram } from "../ranking/list-program.js";
import { evaluationProgram } from "../ranking/rank-program.js";
import { retrievalRankProgram } from "../ranking/tower-ranks.js";
import { retrievalProgram } from "../training/in-batch/program.js";
import { trainingProgram } from "../training/sampled/program.js";
import { serve } from "./serve.js";

serve(port, {
  evaluation: evaluationProgram,
  lists: listsProgram,
  training: trainingProgram,
  retrieval: retrievalProgram,
  "retrieval-ranks": retrievalRankProgram,
});

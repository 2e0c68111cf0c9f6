/** Entry of the worker program: every program a job can name. It is bundled and embedded as text. */

import { port } from "#port";
import { evaluationProgram } from "../evaluation/program.js";
import { listsProgram } from "../recommending/program.js";
import { retrievalProgram } from "../retrieval/program.js";
import { retrievalRankProgram } from "../retrieval/ranks.js";
import { trainingProgram } from "../training/program.js";
import { serve } from "./serve.js";

serve(port, {
  evaluation: evaluationProgram,
  lists: listsProgram,
  training: trainingProgram,
  retrieval: retrievalProgram,
  "retrieval-ranks": retrievalRankProgram,
});

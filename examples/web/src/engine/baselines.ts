/** What a model has to beat: listing what is popular, and knowing the last click only. */

import { evaluate, markov, popularity, type Scorer } from "gru4rec";
import type { Log } from "./log.js";
import type { Baselines, Measured } from "./protocol.js";

const CUTOFF = 20;

export async function baselinesOf({ train, test }: Log): Promise<Baselines> {
  const measure = async (scorer: Scorer): Promise<Measured> => {
    const { recall, mrr } = await evaluate(scorer, test, { cutoffs: [CUTOFF] });
    return { pass: 0, recall: recall[CUTOFF]!, mrr: mrr[CUTOFF]! };
  };
  return { popular: await measure(popularity(train)), lastClick: await measure(markov(train)) };
}

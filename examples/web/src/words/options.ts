/** Every option of model and training, with a sentence each. An option of the library without one does not compile. */

import type { LearningOptions, ModelOptions } from "gru4rec";

interface OptionWords {
  readonly sentence: string;
  readonly choices?: readonly string[];
}

const YES_NO = ["false", "true"] as const;

const LEARNING_WORDS: Readonly<Record<keyof LearningOptions, OptionWords>> = {
  epochs: { sentence: "Passes over all visits." },
  batchSize: {
    sentence: "Visits that are played side by side. More is faster, and learns less from each.",
  },
  learningRate: {
    sentence: "How far one click moves the model. Larger is faster, too large goes astray.",
  },
  momentum: { sentence: "Share of the last step that is taken again." },
  negatives: {
    sentence: "Items that each click is compared with, besides those clicked beside it.",
  },
  sampleAlpha: {
    sentence:
      "How much oftener popular items are drawn for that: 0 not at all, 1 as often as clicked.",
  },
  order: { sentence: "Which visits come first in a pass.", choices: ["time", "given", "random"] },
  optimizer: {
    sentence: "How steps adapt to what was learned before.",
    choices: ["adagrad", "sgd", "rmsprop", "adadelta", "adam"],
  },
  l2: { sentence: "Pulls all weights towards 0, against learning by heart." },
  gradientCap: { sentence: "Steps are no longer than this; 0 is no bound." },
};

const MODEL_WORDS: Readonly<Record<keyof ModelOptions, OptionWords>> = {
  layers: { sentence: "Units of memory, one number for each layer. More learn more, and slower." },
  dropoutHidden: {
    sentence:
      "Forgets this share of its memory at random while it learns, against learning by heart.",
  },
  dropoutEmbedding: { sentence: "The same for what it reads of a click." },
  logQ: {
    sentence: "Takes back that popular items are drawn oftener; 0 is not at all, 1 is whole.",
  },
  loss: {
    sentence: "How its surprise is counted.",
    choices: ["cross-entropy", "bpr-max", "top1-max", "bpr", "top1"],
  },
  embedding: {
    sentence:
      "How an item is read: by the vector that also guesses it, by one of its own, or by its number alone.",
    choices: ["shared", "separate", "one-hot"],
  },
  embeddingSize: { sentence: "Width of vectors of its own; 0 is that of the first layer." },
  cell: { sentence: "How it remembers.", choices: ["gru", "rnn", "lstm"] },
  windowLength: { sentence: "How many clicks it looks back on; 0 is all of the visit." },
  lossAt: { sentence: "Which clicks of a window it learns from.", choices: ["last", "every"] },
  inBatchNegatives: {
    sentence: "Whether clicks beside it count as wrong guesses.",
    choices: ["all", "others", "none"],
  },
  padding: { sentence: "How short windows are read.", choices: ["masked", "unmasked"] },
  resetAfter: { sentence: "Forgets after the product, as PyTorch does.", choices: YES_NO },
  finalActivation: {
    sentence: "Bends the scores while it learns; softmax goes with cross-entropy.",
  },
  hiddenActivation: { sentence: "Bends what it remembers." },
  bprReg: { sentence: "Holds scores down; of bpr-max only." },
  eluParam: { sentence: "How far below 0 an elu reaches." },
  smoothing: { sentence: "Doubt about each click that it is shown, 0 to 1." },
  init: { sentence: "How the first weights are drawn.", choices: ["uniform", "normal"] },
  sigma: { sentence: "How far they spread; 0 is told by the sizes of the layers." },
  seed: { sentence: "Of everything random: the same number gives the same model." },
};

const RUN_WORDS: Readonly<Record<"patience" | "numerics" | "threads", OptionWords>> = {
  patience: { sentence: "Ends after so many passes without a better one; 0 is never." },
  numerics: {
    sentence: "Portable gives the same bits in every browser and in Node, and is a little slower.",
    choices: ["fast", "portable"],
  },
  threads: { sentence: "Threads that learn: auto, or a number from 0 to 64." },
};

export const ALL_WORDS: Readonly<Record<string, OptionWords>> = {
  ...LEARNING_WORDS,
  ...MODEL_WORDS,
  ...RUN_WORDS,
};

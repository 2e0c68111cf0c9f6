/** Every option of model and training, with a sentence each. An option of the library without one does not compile. */

import { type LearningOptions, MODEL_DEFAULTS, type ModelOptions, TRAIN_DEFAULTS } from "gru4rec";
import type { Settings } from "../engine/protocol.js";

export interface OptionWords {
  readonly sentence: string;
  readonly choices?: readonly string[];
}

const YES_NO = ["false", "true"] as const;

export const LEARNING_WORDS: Readonly<Record<keyof LearningOptions, OptionWords>> = {
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

export const MODEL_WORDS: Readonly<Record<keyof ModelOptions, OptionWords>> = {
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

export const RUN_WORDS: Readonly<Record<"patience" | "numerics" | "threads", OptionWords>> = {
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

const DEFAULTS: Readonly<Record<string, unknown>> = { ...MODEL_DEFAULTS, ...TRAIN_DEFAULTS };

/** The value of an option, as its field shows it. */
export function written(settings: Settings, name: string): string {
  const { patience = 0, numerics, threads } = settings;
  const given = {
    ...DEFAULTS,
    ...settings.model,
    ...settings.learning,
    patience,
    numerics,
    threads,
  };
  const value = (given as Record<string, unknown>)[name];
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** The settings with what was typed. Values go to the library as they are: it says what is wrong with them. */
export function withOwn(settings: Settings, own: Readonly<Record<string, string>>): Settings {
  const values = Object.entries(own).map(([name, text]) => [name, typedValue(name, text)] as const);
  const of = (names: object): object =>
    Object.fromEntries(values.filter(([name]) => Object.hasOwn(names, name)));
  const run = of(RUN_WORDS) as Partial<Settings>;
  return {
    ...settings,
    ...run,
    patience: (run.patience ?? settings.patience) || undefined,
    model: { ...settings.model, ...of(MODEL_WORDS) },
    learning: { ...settings.learning, ...of(LEARNING_WORDS) },
  };
}

function typedValue(name: string, text: string): unknown {
  const plain = text.trim();
  if (name === "layers") return plain.split(/[\s,]+/).map(numberOf);
  if (plain === "true" || plain === "false") return plain === "true";
  return numberOf(plain);
}

function numberOf(text: string): unknown {
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

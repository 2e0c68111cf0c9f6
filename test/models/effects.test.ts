/** Options that would do nothing are refused: every row of the tables, where it has an effect and where not. */

import { describe, expect, test } from "vitest";
import {
  ConfigError,
  GRU4Rec,
  MODEL_DEFAULTS,
  type ModelOptions,
  RETRIEVAL_DEFAULTS,
  resolveModelOptions,
  resolveTowerOptions,
  resolveTrainOptions,
  Sessions,
  TOWER_DEFAULTS,
  TRAIN_DEFAULTS,
  TwoTowers,
} from "../../src/index.js";
import { MODEL_EFFECTS } from "../../src/models/gru4rec/options.js";
import { FEATURE_EFFECTS } from "../../src/models/two-towers/feature-options.js";
import { TOWER_EFFECTS } from "../../src/models/two-towers/options.js";
import { RETRIEVAL_EFFECTS } from "../../src/training/in-batch/options.js";
import { LEARNING_EFFECTS } from "../../src/training/learning-options.js";
import { VALIDATION_DEFAULTS } from "../../src/training/run-options.js";
import { fileOf, partsOf } from "./files.js";

const EFFECTS = {
  model: MODEL_EFFECTS,
  training: LEARNING_EFFECTS,
  towers: TOWER_EFFECTS,
  feature: FEATURE_EFFECTS,
  retrieval: RETRIEVAL_EFFECTS,
};
type OptionKind = keyof typeof EFFECTS;
type Options = Readonly<Record<string, unknown>>;

const validation = Sessions.from([{ sessionId: 1, itemId: 1, time: 1 }]);

/** What makes the options of a kind, and the names that there are. */
const RESOLVE: Readonly<Record<OptionKind, (options: Options) => unknown>> = {
  model: (options) => resolveModelOptions(options),
  training: (options) => resolveTrainOptions(options),
  towers: (options) => resolveTowerOptions(options),
  feature: ({ combine, ...title }) =>
    resolveTowerOptions({
      ...(combine === "concatenate" && { combine, candidateLayers: [32] }),
      features: { title } as never,
    }),
  retrieval: (options) => resolveTrainOptions(options, "two-towers"),
};
const NAMES: Readonly<Record<OptionKind, readonly string[]>> = {
  model: Object.keys(MODEL_DEFAULTS),
  training: [...Object.keys(TRAIN_DEFAULTS), "patience", ...Object.keys(VALIDATION_DEFAULTS)],
  towers: Object.keys(TOWER_DEFAULTS),
  feature: ["kind", "size", "minCount"],
  retrieval: [...Object.keys(RETRIEVAL_DEFAULTS), "patience", ...Object.keys(VALIDATION_DEFAULTS)],
};

interface Row {
  /** Another value than the default, and the default. */
  readonly value: unknown;
  readonly usual: unknown;
  /** Beside these it has an effect. */
  readonly applies: readonly Options[];
  /** Beside these it has none, and the error says what is missing. */
  readonly idle: readonly (readonly [Options, string])[];
}

const windows = { windowLength: 3, embedding: "separate" };
/** Which cases of a validation count. */
const CHOICES: Record<string, Row> = Object.fromEntries(
  [
    ["lastOnly", true, false],
    ["excludeSeen", true, false],
    ["unknown", "miss", "drop"],
  ].map(([name, value, usual]) => [
    name,
    { value, usual, applies: [{ validation }], idle: [[{}, "`validation` is given"]] },
  ]),
);

const ROWS: Readonly<Record<OptionKind, Readonly<Record<string, Row>>>> = {
  model: {
    resetAfter: {
      ...{ value: true, usual: false, applies: [{}] },
      idle: [[{ cell: "rnn" }, '`cell` is "gru"']],
    },
    embeddingSize: {
      ...{ value: 8, usual: 0, applies: [{ embedding: "separate" }] },
      idle: [
        [{}, '`embedding` is "separate"'],
        [{ embedding: "one-hot" }, '`embedding` is "separate"'],
      ],
    },
    finalActivation: {
      ...{ value: "relu", usual: "softmax", applies: [{ loss: "bpr" }, { loss: "top1-max" }] },
      idle: [[{}, '`loss` is not "cross-entropy"']],
    },
    dropoutEmbedding: {
      ...{ value: 0.2, usual: 0, applies: [{}, { embedding: "separate" }] },
      idle: [[{ embedding: "one-hot" }, '`embedding` is not "one-hot"']],
    },
    lossAt: {
      ...{ value: "every", usual: "last", applies: [{ windowLength: 2 }] },
      idle: [
        [{}, "`windowLength` is at least 2"],
        [{ windowLength: 1 }, "`windowLength` is at least 2"],
      ],
    },
    inBatchNegatives: {
      ...{ value: "none", usual: "all", applies: [{}, windows, { loss: "bpr-max" }] },
      idle: [[{ loss: "top1" }, '`loss` is not "top1"']],
    },
    padding: {
      ...{ value: "unmasked", usual: "masked", applies: [windows] },
      idle: [
        [{ embedding: "separate" }, "`windowLength` is at least 1"],
        [{ ...windows, lossAt: "every" }, '`lossAt` is "last"'],
        [{ windowLength: 3 }, '`embedding` is "separate"'],
      ],
    },
    bprReg: {
      ...{ value: 0.5, usual: 1, applies: [{ loss: "bpr-max" }] },
      idle: [
        [{}, '`loss` is "bpr-max"'],
        [{ loss: "top1-max" }, '`loss` is "bpr-max"'],
      ],
    },
    eluParam: {
      ...{ value: 1, usual: 0.5, applies: [{ loss: "bpr-max" }, { hiddenActivation: "elu" }] },
      idle: [
        [{}, '`finalActivation` is "elu" or `hiddenActivation` is "elu"'],
        [{ loss: "bpr-max", finalActivation: "linear" }, '`finalActivation` is "elu" or'],
      ],
    },
    logQ: {
      ...{ value: 1, usual: 0, applies: [{}, windows] },
      idle: ["bpr-max", "top1-max", "bpr", "top1"].map(
        (loss) => [{ loss }, '`loss` is "cross-entropy"'] as const,
      ),
    },
    smoothing: {
      ...{ value: 0.1, usual: 0, applies: [{}] },
      idle: [[{ loss: "bpr" }, '`loss` is "cross-entropy"']],
    },
  },
  training: {
    sampleAlpha: {
      ...{ value: 0.2, usual: 0.5, applies: [{}, { negatives: 1 }] },
      idle: [[{ negatives: 0 }, "`negatives` is at least 1"]],
    },
    learningRate: {
      ...{ value: 0.2, usual: 0.1, applies: [{}, { optimizer: "adam" }] },
      idle: [[{ optimizer: "adadelta" }, '`optimizer` is not "adadelta"']],
    },
    patience: {
      ...{ value: 2, usual: undefined, applies: [{ validation }] },
      idle: [[{}, "`validation` is given"]],
    },
    monitor: {
      ...{ value: "mrr@5", usual: "recall@20", applies: [{ validation }] },
      idle: [[{}, "`validation` is given"]],
    },
    ...CHOICES,
  },
  towers: {
    resetAfter: {
      ...{ value: false, usual: true, applies: [{}] },
      idle: [],
    },
    denseActivation: {
      ...{ value: "tanh", usual: "relu" },
      applies: [{ queryLayers: [8, 32] }, { candidateLayers: [8, 32] }],
      idle: [
        [{}, "`queryLayers` has 2 or more or `candidateLayers` has 2 or more"],
        [{ queryLayers: [32], candidateLayers: [32] }, "`queryLayers` has 2 or more"],
      ],
    },
    combine: {
      ...{ value: "concatenate", usual: "sum" },
      applies: [
        { features: { title: { kind: "text" } }, candidateLayers: [32] },
        { timeBoundaries: [1], queryLayers: [32] },
      ],
      idle: [[{}, "`features` has 1 or more or `timeBoundaries` has 1 or more"]],
    },
  },
  feature: {
    size: {
      ...{ value: 16, usual: 32, applies: [{ kind: "text", combine: "concatenate" }] },
      idle: [[{ kind: "text" }, '`combine` is "concatenate"']],
    },
    minCount: {
      ...{ value: 3, usual: 1, applies: [{ kind: "text" }, { kind: "category" }] },
      idle: [[{ kind: "number" }, '`kind` is not "number"']],
    },
  },
  retrieval: {
    learningRate: {
      ...{ value: 0.2, usual: 0.1, applies: [{}, { optimizer: "sgd" }] },
      idle: [[{ optimizer: "adadelta" }, '`optimizer` is not "adadelta"']],
    },
    initialAccumulator: {
      ...{ value: 0.2, usual: 0.1, applies: [{}] },
      idle: ["sgd", "rmsprop", "adadelta", "adam"].map(
        (optimizer) => [{ optimizer }, '`optimizer` is "adagrad"'] as const,
      ),
    },
    sampleAlpha: {
      ...{ value: 0.2, usual: 0.5, applies: [{ negatives: 1 }] },
      idle: [[{}, "`negatives` is at least 1"]],
    },
    patience: {
      ...{ value: 2, usual: undefined, applies: [{ validation }] },
      idle: [[{}, "`validation` is given"]],
    },
    monitor: {
      ...{ value: "mrr@5", usual: "recall@20", applies: [{ validation }] },
      idle: [[{}, "`validation` is given"]],
    },
    ...CHOICES,
  },
};

const ALL = Object.entries(ROWS).flatMap(([kind, rows]) =>
  Object.entries(rows).map(([name, row]) => ({ kind: kind as OptionKind, name, row })),
);

test("each row of the table is tried here, and is an option", () => {
  for (const kind of Object.keys(EFFECTS) as OptionKind[]) {
    expect(Object.keys(ROWS[kind]).sort()).toEqual(Object.keys(EFFECTS[kind]).sort());
    expect(NAMES[kind]).toEqual(expect.arrayContaining(Object.keys(EFFECTS[kind])));
  }
});

describe.each(ALL)("$kind: $name", ({ kind, name, row }) => {
  const { value, usual, applies, idle } = row;

  test("is allowed where it has an effect", () => {
    for (const options of applies) RESOLVE[kind]({ ...options, [name]: value });
  });

  test("is refused where it has none, and told what would give it one", () => {
    const expected = usual === undefined ? "nothing" : JSON.stringify(usual);
    for (const [options, missing] of idle) {
      const attempt = (): unknown => RESOLVE[kind]({ ...options, [name]: value });
      expect(attempt).toThrow(ConfigError);
      expect(attempt).toThrow(`${name}: expected ${expected} unless ${missing}`);
    }
  });

  test("is always allowed when it is the default", () => {
    for (const options of [...applies, ...idle.map(([options]) => options)]) {
      if (name === "finalActivation" && options.loss !== undefined) continue; // each loss has its own
      const usualThere = name === "minCount" && options.kind === "text" ? 2 : usual;
      RESOLVE[kind]({ ...options, [name]: usualThere });
    }
  });
});

test("a plain recurrent layer of towers has no reset gate either", () => {
  expect(() => resolveTowerOptions({ cell: "rnn", resetAfter: true })).toThrow(
    'resetAfter: expected false unless `cell` is "gru", got true',
  );
  resolveTowerOptions({ cell: "rnn", resetAfter: false });
});

/** A file whose header tells other options. */
function withOptions(bytes: Uint8Array, options: object): Uint8Array {
  const { header, data } = partsOf(bytes);
  const metadata = header.__metadata__ as Record<string, string>;
  return fileOf(
    { ...header, __metadata__: { ...metadata, options: JSON.stringify(options) } },
    data,
  );
}

describe("a file with options without an effect", () => {
  test("is no model: the error names the option", async () => {
    const model = await GRU4Rec.create(["a", "b"], { layers: [4], loss: "bpr-max" });
    const other: ModelOptions = { ...model.options, logQ: 1 };
    const bytes = withOptions(model.toBytes(), other);
    await expect(GRU4Rec.fromBytes(bytes)).rejects.toThrow(
      'model file: expected readable options, got logQ: expected 0 unless `loss` is "cross-entropy"',
    );
  });

  test("is no towers", async () => {
    const towers = await TwoTowers.create(["a", "b"], { embeddingSize: 4, layers: [4] });
    const bytes = withOptions(towers.toBytes(), { ...towers.options, denseActivation: "tanh" });
    await expect(TwoTowers.fromBytes(bytes)).rejects.toThrow("denseActivation: expected");
  });
});

/**
 * `gru4rec demo`: a GRU4Rec learns from visits of an invented shop. It is compared with simpler methods and with
 * the best that is possible, and recommends.
 */
import type { Command } from "commander";
import {
  type Evaluation,
  evaluate,
  GRU4Rec,
  type ModelOptions,
  markov,
  type OutdoorShop,
  outdoorShop,
  popularity,
  randomScorer,
  resolveTrainOptions,
  type Scorer,
  type TrainOptions,
} from "../index.js";
import { train } from "../node.js";
import { JsonDemo } from "./demo-json.js";
import { writeShop } from "./demo-log.js";
import type { DemoReport, Visit } from "./demo-report.js";
import { TextDemo } from "./demo-text.js";
import type { Watch } from "./epochs.js";
import { addOptions, type Given } from "./flags.js";
import type { Io } from "./io.js";
import { learn } from "./learn.js";
import { measuring } from "./measure.js";
import type { OptionGroup } from "./option-row.js";
import { LEARNING_OPTIONS, MODEL_OPTIONS, OUTPUT_OPTIONS, RUN_OPTIONS } from "./options.js";
import { checkTargets, targetsOf } from "./targets.js";
import { ENGINE_OPTIONS } from "./wide.js";

export interface DemoOptions extends Pick<TrainOptions, "epochs" | "threads" | "numerics"> {
  /** Of the shop and of the model. Default 42. */
  readonly seed?: number;
  /** Path to save the model to. */
  readonly output?: string;
  readonly json?: boolean;
  /** Path to write the clicks of the shop to; nothing is trained then. */
  readonly write?: string;
}

const WRITE_OPTION: OptionGroup = {
  write: {
    kind: "text",
    value: "file",
    help: "write the clicks of the shop here as CSV, to try other commands with, and end",
    conflicts: ["epochs", "threads", "numerics", "wide", "output"],
  },
};

/** Options for the shop: it has few items, so few negatives, and short visits. */
const MODEL: ModelOptions = { layers: [64], dropoutEmbedding: 0, dropoutHidden: 0.1, logQ: 1 };
const TRAINING = {
  epochs: 4,
  batchSize: 32,
  negatives: 256,
  learningRate: 0.05,
  momentum: 0.2,
} as const;
const CUTOFF = 20;
/** Visits to show: so many, of so many clicks, each with so many of the recommendations. */
const SHOWN = { visits: 3, shortest: 4, longest: 6, recommendations: 5 } as const;

export function addDemo(program: Command, io: Io): void {
  const command = program.command("demo").description("train on a generated shop and recommend");
  const epochs = { ...LEARNING_OPTIONS.epochs, byDefault: String(TRAINING.epochs) };
  addOptions(command, "Training:", { epochs, seed: MODEL_OPTIONS.seed, ...RUN_OPTIONS });
  addOptions(command, "Engine:", ENGINE_OPTIONS);
  addOptions(command, "Output:", { ...OUTPUT_OPTIONS, ...WRITE_OPTION });
  command.action(({ wide, ...given }: Given) => runDemo(given, io));
}

/** @throws ConfigError, CommandError */
export async function runDemo(options: DemoOptions, io: Io): Promise<void> {
  const { seed = 42, output, json = false, write, ...given } = options;
  if (write !== undefined) return writeShop(write, seed, json, io);
  const training = { ...TRAINING, ...given };
  const { epochs } = resolveTrainOptions(training);
  const targets = targetsOf({ "--output": ["model", output] });
  await checkTargets(targets, []);
  const report = json ? new JsonDemo(io) : new TextDemo(io);
  const shop = outdoorShop({ seed });
  using model = await GRU4Rec.create(shop.train.items, { ...MODEL, seed });
  report.start(shop, model);

  const start = ({ onProgress, ...watch }: Watch) =>
    train(model, shop.train, {
      ...training,
      ...watch,
      onProgress(progress) {
        onProgress(progress);
        report.step(progress);
      },
    });
  await learn(model, { epochs, flags: {}, targets, start }, report, io, async () => {
    report.learnt();
    await compare(model, shop, given, report, io);
    for (const visit of laterVisits(shop)) {
      report.visit(visit, model.recommend(visit.clicked, { count: CUTOFF }), SHOWN.recommendations);
    }
  });
  report.end();
}

async function compare(
  model: GRU4Rec,
  shop: OutdoorShop,
  run: Pick<TrainOptions, "threads" | "numerics">,
  report: DemoReport,
  { signal }: Io,
): Promise<void> {
  const { threads, numerics } = run;
  const rivals: readonly (readonly [string, GRU4Rec | Scorer])[] = [
    ["random", randomScorer(shop.train.items, model.options.seed)],
    ["most popular", popularity(shop.train)],
    ["first-order Markov", markov(shop.train)],
    ["GRU4Rec", model],
    ["best possible", shop.best],
  ];
  const measured = new Map<string, Evaluation>();
  await measuring(report, signal, async (bar) => {
    for (const [place, [name, rival]] of rivals.entries()) {
      const evaluation = await evaluate(rival, shop.test, {
        cutoffs: [CUTOFF],
        signal,
        threads,
        numerics,
        onProgress: ({ events, totalEvents }) =>
          bar.update(place * totalEvents + events, rivals.length * totalEvents, name),
      });
      measured.set(name, evaluation);
    }
  });
  report.comparison(measured, CUTOFF);
}

/** The first test visits of a length that fits on a screen: all clicks but the last, and the last. */
function laterVisits({ test }: OutdoorShop): Visit[] {
  const visits: Visit[] = [];
  for (let s = 0; s < test.length && visits.length < SHOWN.visits; ++s) {
    const rows = test.itemIndices.subarray(test.offsets[s]!, test.offsets[s + 1]!);
    if (rows.length < SHOWN.shortest || rows.length > SHOWN.longest) continue;
    const ids = Array.from(rows, (item) => test.items.idOf(item));
    const sessionId = test.sessionIds[s]!;
    visits.push({ sessionId, clicked: ids.slice(0, -1), next: ids[ids.length - 1]! });
  }
  return visits;
}

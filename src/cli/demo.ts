/**
 * `gru4rec demo`: a GRU4Rec learns the visitors of an invented shop, is measured beside what is
 * simpler and beside the best that is possible, and recommends.
 */
import {
  type EpochReport,
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
  train,
} from "../index.js";
import { checkWritable, saveModel } from "../node.js";
import { JsonDemo } from "./demo-json.js";
import type { DemoReport, Visit } from "./demo-report.js";
import { TextDemo } from "./demo-text.js";
import { InterruptedError, warner } from "./errors.js";
import type { Io } from "./io.js";

export interface DemoOptions extends Pick<TrainOptions, "epochs" | "threads" | "numerics"> {
  /** Of the shop and of the model. Default 42. */
  readonly seed?: number;
  /** Path to save the model to. */
  readonly output?: string;
  readonly json?: boolean;
}

/** What suits the shop: few items, so few negatives, and short visits. */
const MODEL: ModelOptions = { layers: [64], loss: "cross-entropy", dropoutHidden: 0.1, logQ: 1 };
const TRAINING: TrainOptions = {
  epochs: 4,
  batchSize: 32,
  negatives: 256,
  learningRate: 0.05,
  momentum: 0.2,
};
const CUTOFF = 20;
/** Visits to show: so many, of so many clicks, each with so many of the recommendations. */
const SHOWN = { visits: 3, shortest: 4, longest: 6, recommendations: 5 } as const;

/** @throws ConfigError, CommandError */
export async function runDemo(options: DemoOptions, io: Io): Promise<void> {
  const { seed = 42, output, json = false, ...given } = options;
  const learning = { ...TRAINING, ...given };
  resolveTrainOptions(learning);
  if (output !== undefined) await checkWritable(output);
  const report = json ? new JsonDemo(io) : new TextDemo(io);
  const shop = outdoorShop({ seed });
  using model = await GRU4Rec.create(shop.train.items, { ...MODEL, seed });
  report.start(shop, model);

  const onWarning = warner({ note: (text) => io.stderr.write(`${text}\n`) });
  await learn(model, shop, { ...learning, onWarning }, report, io, output);
  const bytes = output === undefined ? 0 : await saveModel(model, output);
  await compare(model, shop, given, report, io);
  for (const visit of laterVisits(shop)) {
    report.visit(visit, model.recommend(visit.clicked, { count: CUTOFF }), SHOWN.recommendations);
  }
  if (output !== undefined) report.saved(output, bytes);
  report.end();
}

async function learn(
  model: GRU4Rec,
  shop: OutdoorShop,
  options: TrainOptions,
  report: DemoReport,
  { signal }: Io,
  output: string | undefined,
): Promise<void> {
  const bar = report.progress("training");
  const epochs: EpochReport[] = [];
  const onProgress: TrainOptions["onProgress"] = (progress) => {
    const { epoch, epochs, events, totalEvents, loss } = progress;
    const note = `epoch ${epoch}/${epochs}  loss ${loss.toFixed(3)}`;
    bar.update((epoch - 1) * totalEvents + events, epochs * totalEvents, note);
    report.step(progress);
  };
  try {
    for await (const epoch of train(model, shop.train, { ...options, signal, onProgress })) {
      epochs.push(epoch);
      report.epoch(epoch);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    const whole = epochs.length;
    const isSaved = output !== undefined && whole > 0;
    if (isSaved) await saveModel(model, output);
    const fate = isSaved ? `saved the model of epoch ${whole} to ${output}` : "nothing was saved";
    throw new InterruptedError(`stopped in epoch ${whole + 1}; ${fate}`);
  } finally {
    bar.finish();
  }
  report.learnt(epochs);
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
  const bar = report.progress("measuring");
  const measured = new Map<string, Evaluation>();
  try {
    for (const [place, [name, rival]] of rivals.entries()) {
      const evaluation = await evaluate(rival, shop.test, {
        cutoffs: [CUTOFF],
        signal,
        ...(threads !== undefined && { threads }),
        ...(numerics !== undefined && { numerics }),
        onProgress: ({ events, totalEvents }) =>
          bar.update(place * totalEvents + events, rivals.length * totalEvents, name),
      });
      measured.set(name, evaluation);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new InterruptedError("stopped before the measures were complete");
  } finally {
    bar.finish();
  }
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

/** Every option that takes one of a few words is a union of them: each line that misspells one is an error. */

import { evaluate, GRU4Rec, markov, readSessions, type Sessions, TwoTowers, train } from "gru4rec";
import { fileKind, loadModel } from "gru4rec/node";

export async function right(sessions: Sessions): Promise<void> {
  const { items } = sessions;
  await GRU4Rec.create(items, {
    loss: "top1-max",
    cell: "lstm",
    embedding: "one-hot",
    init: "normal",
  });
  await GRU4Rec.create(items, {
    loss: "bpr",
    finalActivation: "selu-1.05-1.67",
    hiddenActivation: "leaky-0.1",
  });
  await GRU4Rec.create(items, { windowLength: 5, lossAt: "every", padding: "unmasked" });
  await TwoTowers.create(items, {
    combine: "concatenate",
    denseActivation: "elu",
    padding: "masked",
  });
  train(await GRU4Rec.create(items), sessions, {
    optimizer: "adam",
    order: "random",
    monitor: "ndcg@10",
  });
}

export async function wrong(sessions: Sessions): Promise<void> {
  const { items } = sessions;
  const model = await GRU4Rec.create(items);
  const towers = await TwoTowers.create(items);
  // @ts-expect-error
  GRU4Rec.create(items, { loss: "hinge" });
  // @ts-expect-error
  GRU4Rec.create(items, { cell: "transformer" });
  // @ts-expect-error
  GRU4Rec.create(items, { embedding: "tied" });
  // @ts-expect-error
  GRU4Rec.create(items, { finalActivation: "sigmoid" });
  // @ts-expect-error
  GRU4Rec.create(items, { hiddenActivation: "leaky-x" });
  // @ts-expect-error
  GRU4Rec.create(items, { lossAt: "first" });
  // @ts-expect-error
  GRU4Rec.create(items, { padding: "zero" });
  // @ts-expect-error
  GRU4Rec.create(items, { init: "glorot" });
  // @ts-expect-error
  TwoTowers.create(items, { combine: "mean" });
  // @ts-expect-error
  TwoTowers.create(items, { denseActivation: "gelu" });
  // @ts-expect-error
  TwoTowers.create(items, { features: { title: { kind: "words" } } });
  // @ts-expect-error
  train(towers, sessions, { reduction: "max" });
  // @ts-expect-error
  train(model, sessions, { optimizer: "adamw" });
  // @ts-expect-error
  train(model, sessions, { order: "shuffled" });
  // @ts-expect-error
  train(model, sessions, { monitor: "auc@20" });
  // @ts-expect-error
  train(model, sessions, { threads: "all" });
  // @ts-expect-error
  train(model, sessions, { numerics: "exact" });
  // @ts-expect-error
  evaluate(model, sessions, { ties: "mean" });
  // @ts-expect-error
  evaluate(model, sessions, { unknown: "skip" });
  // @ts-expect-error
  markov(sessions, { successors: "some" });
  // @ts-expect-error
  markov(sessions, { scores: "probabilities" });
  // @ts-expect-error
  markov(sessions, { rest: "random" });
  // @ts-expect-error
  readSessions("", { format: "csv" });
  // @ts-expect-error
  readSessions("", { timeUnit: "days" });
  // @ts-expect-error
  readSessions("", { quote: "'" });
  // @ts-expect-error
  readSessions("", { gap: "all" });
  // @ts-expect-error
  loadModel("m", "checkpoint");
  const kind: "gru4rec" | "two-towers" | "index" | "baseline" | "checkpoint" | undefined =
    await fileKind("m");
  if (kind === undefined) return;
}

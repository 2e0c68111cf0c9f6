/** The public surface of `gru4rec`. */

export type { AssociationRulesOptions } from "./baselines/association-rules.js";
export { Baseline, type FitWatch, fitBaseline } from "./baselines/baseline.js";
export type { BprMfOptions } from "./baselines/bpr-mf.js";
export type { Decay } from "./baselines/decay.js";
export {
  type Inspection,
  type InspectOptions,
  inspectSessions,
  type LengthBin,
} from "./baselines/inspect.js";
export type { ItemKnnOptions } from "./baselines/item-knn.js";
export type { BaselineName, BaselineOptions, RandomOptions } from "./baselines/kinds.js";
export { type MarkovOptions, markov } from "./baselines/markov.js";
export type { OrderTest } from "./baselines/order.js";
export { popularity } from "./baselines/popularity.js";
export { randomScorer } from "./baselines/random.js";
export type { SequentialRulesOptions } from "./baselines/sequential-rules.js";
export type { StanOptions, VstanOptions } from "./baselines/stan.js";
export type { VsknnOptions } from "./baselines/v-sknn.js";
export { boundariesOf } from "./data/boundaries.js";
export type { Event, EventColumns, Id } from "./data/events.js";
export { type ExampleSplit, splitAtRandom, splitAtTime } from "./data/example-splits.js";
export {
  EXAMPLE_DEFAULTS,
  type ExampleOptions,
  type Examples,
  examplesOf,
  type MadeExamples,
} from "./data/examples.js";
export type { FeatureKind, FeatureValue, ItemRecord } from "./data/features.js";
export { type FilterOptions, filterSessions, resolveFilterOptions } from "./data/filter.js";
export { Items } from "./data/items.js";
export { type LeaveOneOut, splitLeaveOneOut } from "./data/leave-one-out.js";
export { type RatingOptions, type Ratings, readRatings } from "./data/ratings.js";
export type { FoundColumn } from "./data/read/columns.js";
export type { Compression } from "./data/read/compressed.js";
export type { ColumnName, ReadOptions } from "./data/read/options.js";
export type { ReadReport, ReportColumns, TableReport } from "./data/read/report.js";
export type { Sliceable, Source, Streamable } from "./data/read/source.js";
export type { LeftOut } from "./data/read/tally.js";
export type { TimeUnit } from "./data/read/times.js";
export type { Encoding } from "./data/read/utf8.js";
export type { ReadProgress, WatchOptions } from "./data/read/watch.js";
export { type EventTable, readEvents, readSessions } from "./data/readers.js";
export { type RecentOptions, recentSessions } from "./data/recent.js";
export type { ListOptions, Recommendation } from "./data/recommendations.js";
export {
  type RecordOptions,
  type RecordReport,
  type RecordTable,
  readRecords,
} from "./data/records.js";
export type { FewScores, Scorer } from "./data/scorer.js";
export { type EpochOrder, type MappedSessions, Sessions } from "./data/sessions.js";
export { type OutdoorShop, outdoorShop, type ShopOptions } from "./data/shop.js";
export type { LeftOutEvents } from "./data/sieve.js";
export { type Split, type SplitOptions, splitByTime } from "./data/split.js";
export { readTitles, type Title, type TitleOptions } from "./data/titles.js";
export type { LossAt } from "./data/windows.js";
export {
  CheckpointError,
  ConfigError,
  DisposedError,
  DivergedError,
  FormatError,
  WorkerError,
} from "./errors.js";
export {
  type CompareOptions,
  type CompareProgress,
  checkCompare,
  compare,
} from "./experiments/compare.js";
export type { ComparedModel } from "./experiments/compared.js";
export type { Importance } from "./experiments/importance.js";
export {
  type Interval,
  type IntervalOptions,
  type Intervals,
  intervalsOf,
} from "./experiments/intervals.js";
export { officialSpace } from "./experiments/official.js";
export type { Sampler } from "./experiments/propose.js";
export type {
  ChoicesDimension,
  Dimension,
  RangeDimension,
  Space,
  SpaceChoices,
  SpaceRange,
  SpaceValue,
  TrialParameters,
} from "./experiments/space.js";
export {
  type InspectSplitOptions,
  inspectSplit,
  type SplitInspection,
} from "./experiments/split-flaws.js";
export type { Trial } from "./experiments/trials.js";
export {
  type Objective,
  type TrialContext,
  type TuneOptions,
  type Tuning,
  tune,
  tuningOf,
} from "./experiments/tune.js";
export { GRU4Rec } from "./models/gru4rec/gru4rec.js";
export { onnxStep } from "./models/gru4rec/onnx.js";
export {
  type Loss,
  MODEL_DEFAULTS,
  type ModelOptions,
  type ResolvedModelOptions,
  resolveModelOptions,
} from "./models/gru4rec/options.js";
export type { RecommendOptions, SimilarOptions } from "./models/recommendations.js";
export type { Session } from "./models/session.js";
export type { TrainingRecord } from "./models/training-record.js";
export type { Combination, FeatureOptions } from "./models/two-towers/feature-options.js";
export {
  resolveTowerOptions,
  TOWER_DEFAULTS,
  type TowerOptions,
} from "./models/two-towers/options.js";
export type { QueryTowerOptions } from "./models/two-towers/query-options.js";
export {
  type IndexOptions,
  type QueryOptions,
  RetrievalIndex,
} from "./models/two-towers/retrieval-index.js";
export type { ActivationName } from "./network/activations.js";
export type { CellName } from "./network/cells/forward.js";
export type { Address, ByteStream } from "./platform.js";
export { type EvaluateOptions, evaluate, resolveEvaluateOptions } from "./ranking/evaluate.js";
export {
  type ExplainedClick,
  type ExplainedItem,
  type ExplainOptions,
  type Explanation,
  explain,
  type ItemPlace,
} from "./ranking/explain.js";
export type { Evaluation, EvaluationProgress, Measures, Ties } from "./ranking/metrics.js";
export { type RecommendAllOptions, recommendAll } from "./ranking/recommend-all.js";
export {
  type ItemVectors,
  itemVectors,
  type Vectors,
  type VisitVectorOptions,
  type VisitVectors,
  visitVectors,
} from "./ranking/vectors.js";
export type { RecommendAllProgress } from "./ranking/visits.js";
export type { CreateWorker } from "./threads/host.js";
export type { ThreadOptions } from "./threads/options.js";
export {
  type CheckpointFacts,
  checkpointFacts,
  checkpointPlace,
} from "./training/checkpoint.js";
export type { MemoryEstimate } from "./training/estimate.js";
export { estimateMemory } from "./training/estimate-memory.js";
export type { ExampleSize } from "./training/in-batch/estimate.js";
export {
  RETRIEVAL_DEFAULTS,
  type RetrievalOptions,
  type TrainRetrievalOptions,
} from "./training/in-batch/options.js";
export { TwoTowers } from "./training/in-batch/two-towers.js";
export { officialOptions } from "./training/official.js";
export type { OptimizerName, OptimizerOptions } from "./training/optimizer-options.js";
export { type LearningOptions, TRAIN_DEFAULTS, type TrainOptions } from "./training/options.js";
export {
  type MergedParameters,
  mergeParameters,
  type ParameterSet,
} from "./training/parameters.js";
export type { Phase, Profile } from "./training/profile.js";
export { PARAMETER_SETS, type PublishedName } from "./training/published.js";
export type { EpochReport } from "./training/report.js";
export { resolveTrainOptions } from "./training/resolve.js";
export type {
  CheckpointOptions,
  CheckpointPlace,
  Monitor,
  RunOptions,
  TrainProgress,
} from "./training/run-options.js";
export type { LogSize } from "./training/sampled/estimate.js";
export type { Snapshot, SnapshotOptions } from "./training/snapshot-options.js";
export { fit, train } from "./training/trainer.js";
export type { ValidationReport } from "./training/validation.js";
export {
  EXTEND_DEFAULTS,
  type Extended,
  type ExtendGru4recOptions,
  type ExtendOptions,
  type ExtendTowersOptions,
  extendModel,
} from "./updating/extend.js";
export type { Support } from "./updating/growth.js";
export type { Start } from "./updating/starts.js";
export {
  UPDATE_EPOCHS,
  type Updated,
  type UpdateOptions,
  type UpdateRetrievalOptions,
  update,
} from "./updating/update.js";
export type { Numerics } from "./wasm/kernels.js";
export { type KernelModules, provideKernels } from "./wasm/provide.js";

/**
 * The public names of `gru4rec/recommend`: what a page needs that only recommends. They are those of `gru4rec`; a
 * bundler that splits what is loaded later makes a smaller page of them, because nothing here leads to a reader.
 */

export type { Id } from "./data/events.js";
export type { ListOptions, Recommendation } from "./data/recommendations.js";
export { ConfigError, DisposedError, FormatError } from "./errors.js";
export { GRU4Rec } from "./models/gru4rec/gru4rec.js";
export type { RecommendOptions, SimilarOptions } from "./models/recommendations.js";
export type { Session } from "./models/session.js";
export {
  type IndexOptions,
  type QueryOptions,
  RetrievalIndex,
} from "./models/two-towers/retrieval-index.js";
export { type KernelModules, provideKernels } from "./wasm/provide.js";

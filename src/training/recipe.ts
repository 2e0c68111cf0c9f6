/**
 * What differs between trainings, as their one run sees it. A recipe says what a mini-batch is compared with:
 *
 *     training/sampled     scores of targets and drawn negatives    GRU4Rec
 *     training/in-batch    all candidates of the batch              two towers
 *
 * and gives the job's program and memory (its players: task.ts) and the columns that it reads. Epochs, progress,
 * abort, checkpoints, validation, copies, snapshots and diagnosis are the run's.
 */

import type { ItemRecord } from "../data/features.js";
import type { Items } from "../data/items.js";
import { ConfigError } from "../errors.js";
import type { Door } from "../models/door.js";
import type { StoredWeights } from "../models/stored-weights.js";
import type { TrainingRecord } from "../models/training-record.js";
import type { Check, Column } from "../network/transfer.js";
import type { NamedTensor } from "../network/weights.js";
import type { Job } from "../threads/job.js";
import type { ThreadOptions } from "../threads/options.js";
import type { MemoryEstimate } from "./estimate.js";
import type { OptimizerName } from "./optimizer-options.js";

/** The options of a training that the run reads itself. */
export interface Learning {
  readonly epochs: number;
  readonly optimizer: OptimizerName;
  readonly momentum: number;
  /** Where Adagrad's sums of squares begin; else at 0. */
  readonly initialAccumulator?: number;
  readonly learningRate: number;
}

/** A training's plan as the calling thread sees it: names and shapes, without any memory. */
export interface Plan {
  /** Options of the model and of its training: what a checkpoint says of them. */
  readonly model: object;
  readonly learning: Learning;
  /** Weights by name, as in model files; addresses are those in the job's memory. */
  readonly tensors: readonly NamedTensor[];
  /** Tables with their optimiser state. */
  readonly tables: readonly NamedTensor[];
  /** Shapes of the hidden states that are carried from one mini-batch to the next, f32. */
  readonly hidden: readonly (readonly number[])[];
  /** Length of the position of the mini-batches. */
  readonly position: number;
  /** Of an epoch at most. */
  readonly events: number;
  /** The tensor of one row an item that snapshots copy. */
  readonly itemTable: NamedTensor;
}

/** A training whose options and data are checked, before its memory is allocated. */
export interface Training {
  readonly model: { readonly items: Items };
  readonly door: Door<StoredWeights>;
  readonly plan: Plan;
  /** Starts the threads; throws ConfigError when memory is short. */
  start(options: ThreadOptions): Promise<Job>;
  /** Fills the optimiser state that does not begin with 0, and writes 0 over the weights. */
  loadState?(job: Job, check: Check): Promise<void>;
  /** Room for the model's weights; throws ConfigError when the memory is not there. */
  room(): Promise<StoredWeights>;
  /** What mini-batches are made of, and what it is called in errors. */
  readonly columns: Readonly<Record<string, Column>>;
  readonly data: "sessions" | "examples";
  /** Columns that follow from how often each item occurs: what negatives are drawn from. */
  draws(): Generator<void, Readonly<Record<string, Column>>>;
  /** The record that the model keeps after so many whole epochs. */
  record(epochs: number): TrainingRecord;
}

/** @typeParam Options of the training of a model, which is made with `ModelOptions` */
export interface Recipe<
  Model = unknown,
  Data = unknown,
  Options = unknown,
  ModelOptions = unknown,
  Size = unknown,
> {
  readonly name: "gru4rec" | "two-towers";
  owns(model: unknown): boolean;
  /** Throws as `train` does. */
  prepare(model: Model, data: Data, options: Options): Promise<Training>;
  /** Throws as `estimateMemory` does. */
  estimate(size: Size, model: ModelOptions, options: Options): MemoryEstimate;
  /**
   * Makes models with the options of this one over other items, of which records tell; their weights are new.
   * Throws ConfigError when the data are none for such a model.
   */
  over?(model: Model, data: Data): (items: Items, records: Iterable<ItemRecord>) => Promise<Model>;
  /** Fills in defaults and checks every bound that needs no data. Throws ConfigError. */
  resolve(options: Options): object;
  /** How a comparison makes models that it knows by name only. */
  readonly making?: Making<Model, ModelOptions>;
}

/** How models are made of options. */
export interface Making<Model = unknown, ModelOptions = unknown> {
  /** All options of a model and of its training, whose names differ. */
  readonly defaults: { readonly model: object; readonly train: object };
  /** Fills in defaults and checks every bound. Throws ConfigError. */
  resolve(options: ModelOptions): { readonly windowLength: number };
  create(items: Items, options: ModelOptions): Promise<Model>;
}

const recipes = new Map<Recipe["name"], Recipe>();

/** Makes a class known to `train`. Returns the class, so a bundle without the class has no recipe either. */
export function trainedBy<Class>(model: Class, recipe: Recipe): Class {
  recipes.set(recipe.name, recipe);
  return model;
}

/** @throws ConfigError when the class that brings it was not imported */
export function recipeNamed(path: string, name: Recipe["name"]): Recipe {
  const recipe = recipes.get(name);
  if (recipe) return recipe;
  throw new ConfigError(path, "a model whose class is imported", name, "Import `TwoTowers`.");
}

/** The recipe of a model other than GRU4Rec; undefined when there is none. */
export function recipeOf(model: unknown): Recipe | undefined {
  return [...recipes.values()].find((recipe) => recipe.owns(model));
}

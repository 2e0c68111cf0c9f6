/** `extendModel`, then `fit`: a model goes on with new clicks and new items. */

import { checkObject } from "../checks.js";
import type { Examples } from "../data/examples.js";
import type { Sessions } from "../data/sessions.js";
import type { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import type { TwoTowers } from "../models/two-towers/two-towers.js";
import type { TrainRetrievalOptions } from "../training/in-batch/options.js";
import type { TrainOptions } from "../training/options.js";
import type { EpochReport } from "../training/report.js";
import { fit } from "../training/trainer.js";
import {
  type Extended,
  type ExtendGru4recOptions,
  type ExtendTowersOptions,
  extendModel,
} from "./extend.js";

/** Options of `update` for a GRU4Rec. */
export interface UpdateOptions extends ExtendGru4recOptions, TrainOptions {}

/** Options of `update` for two towers. */
export interface UpdateRetrievalOptions extends ExtendTowersOptions, TrainRetrievalOptions {}

/** The model that went on, and how. */
export interface Updated<Model> extends Omit<Extended<Model>, "data"> {
  /** Its epochs. */
  readonly epochs: readonly EpochReport[];
}

/** Epochs over the new data, unless told: what more of them give is in docs/updating.md. */
export const UPDATE_EPOCHS = 1;

const OF_EXTENDING = ["newItems", "drop", "support", "records"];

/**
 * Trains on with new data, new items among them: `extendModel`, then `fit` of the new model. The given model is left
 * as it is, whatever happens.
 *
 * Data are all that is looked at, so what is not in them is slowly forgotten. With `keepOptimizer` the optimiser goes
 * on where that of the model ended, if it was kept; and parts of a log, one after the other, give the bits that the
 * whole log gives in one epoch, where they make the same mini-batches: without new items, in the same order, with
 * `support: "kept"`, in batches that end where the parts end.
 *
 * @param data sessions, or for two towers examples
 * @param options those of `extendModel` and of `train`; `epochs` is 1 where it is left out
 * @throws what `extendModel` and `train` throw
 */
export async function update(
  model: GRU4Rec,
  data: Sessions,
  options?: UpdateOptions,
): Promise<Updated<GRU4Rec>>;
export async function update(
  model: TwoTowers,
  data: Sessions | Examples,
  options?: UpdateRetrievalOptions,
): Promise<Updated<TwoTowers>>;
export async function update(
  model: GRU4Rec | TwoTowers,
  data: Sessions | Examples,
  options: UpdateOptions | UpdateRetrievalOptions = {},
): Promise<Updated<GRU4Rec | TwoTowers>> {
  checkObject("update options", options, "an object");
  const of = (isOfExtending: boolean): object =>
    Object.fromEntries(
      Object.entries(options).filter(([name]) => OF_EXTENDING.includes(name) === isOfExtending),
    );
  const { data: left, ...extended } = await (extendModel as Extend)(model, data, of(true));
  try {
    const training = { epochs: UPDATE_EPOCHS, ...of(false) };
    const epochs = await (fit as Fit)(extended.model, left, training);
    return { ...extended, epochs };
  } catch (error) {
    extended.model.dispose();
    throw error;
  }
}

/** The overloads, as one. */
type Extend = (
  model: GRU4Rec | TwoTowers,
  data: Sessions | Examples,
  options: object,
) => Promise<Extended<GRU4Rec | TwoTowers, Sessions | Examples>>;
type Fit = (
  model: GRU4Rec | TwoTowers,
  data: Sessions | Examples,
  options: object,
) => Promise<EpochReport[]>;

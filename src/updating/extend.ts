/** Models over a grown catalogue, as users get them: what was learnt, and rows for new items. */

import { checkChoice, checkList, checkNames } from "../checks.js";
import type { Id } from "../data/events.js";
import type { Examples } from "../data/examples.js";
import type { ItemRecord } from "../data/features.js";
import { type Items, NO_ITEM } from "../data/items.js";
import { checkSessions, Sessions } from "../data/sessions.js";
import { ConfigError, words } from "../errors.js";
import { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import { doorOf, type StoredModel } from "../models/stored-model.js";
import type { StoredWeights } from "../models/stored-weights.js";
import type { TwoTowers } from "../models/two-towers/two-towers.js";
import { inTurns } from "../pause.js";
import { recipeOf } from "../training/recipe.js";
import { type Growth, growthOf, SUPPORTS, type Support } from "./growth.js";
import { copyGrown, grownState, type IsOfItems } from "./rows.js";
import { STARTS, type Start, startsOf } from "./starts.js";

/** Options of `extendModel`. */
export interface ExtendOptions {
  /**
   * What rows of new items start from. `"neighbours"`: the mean of the known items that were clicked right before
   * or after it, of all items where there is none. `"popular"`: the mean of the known items, each as often as it
   * was clicked in these data. `"mean"`: the mean of all. `"random"`: as a new model draws them.
   * Default `"neighbours"`.
   */
  readonly newItems?: Start;
  /** Items that are gone: the new model does not know them. Each must be an item of the model. Default none. */
  readonly drop?: Iterable<Id>;
}

/** The same for a GRU4Rec, which draws negatives by how often its items count as clicked. */
export interface ExtendGru4recOptions extends ExtendOptions {
  /**
   * How often an item counts as clicked from now on, in `items.support`. `"new"`: as often as in these sessions.
   * `"added"`: those clicks and the ones before. `"kept"`: as often as before; new items never. Default `"added"`.
   */
  readonly support?: Support;
}

/** The same for two towers, which draw negatives from the data. */
export interface ExtendTowersOptions extends ExtendOptions {
  /** What is known of new items, and what is said anew of others, for features. Default none. */
  readonly records?: Iterable<ItemRecord>;
}

/** The defaults of the options above. */
export const EXTEND_DEFAULTS = { newItems: "neighbours", support: "added" } as const;

/** A model over the grown catalogue, and what became of the data. */
export interface Extended<Model, Data = Sessions> {
  /** The new model; `dispose()` it when done. */
  readonly model: Model;
  /** The data without events of items that were dropped. */
  readonly data: Data;
  /** Items of the data that the given model knew. */
  readonly knownItems: number;
  /** Items of the data that it did not know. */
  readonly newItems: number;
  /** Items that were dropped. */
  readonly droppedItems: number;
  /** Events of them in the data. */
  readonly droppedEvents: number;
}

/**
 * A new model that knows what this one learnt, and has rows for the items of these data that it does not know. The
 * given one is left as it is. Train the new one on the data, or call `update`, which does both. Optimiser state
 * that was kept with the model goes over; that of new items begins anew.
 *
 * @param data sessions, or for two towers examples; nothing is learnt from them yet
 * @throws ConfigError when an option is out of range, an item to drop is unknown or in the examples, or memory is
 *   short
 */
export async function extendModel(
  model: GRU4Rec,
  data: Sessions,
  options?: ExtendGru4recOptions,
): Promise<Extended<GRU4Rec>>;
export async function extendModel<Data extends Sessions | Examples>(
  model: TwoTowers,
  data: Data,
  options?: ExtendTowersOptions,
): Promise<Extended<TwoTowers, Data>>;
export async function extendModel(
  model: GRU4Rec | TwoTowers,
  data: Sessions | Examples,
  options: ExtendGru4recOptions & ExtendTowersOptions = {},
): Promise<Extended<GRU4Rec | TwoTowers, Sessions | Examples>> {
  const over = makerOf(model, data);
  const { newItems, support, drop, records } = resolved(options, model instanceof GRU4Rec);
  const growth = await growthOf(model.items, data, { drop, support });
  const left = withoutDropped(data, growth);
  const starts = await inTurns(startsOf(newItems, model.items.size, data, growth));
  const made = await over(growth.items, records);
  const isOfItems = itemTensors(model);
  try {
    const [before, after] = [doorOf(stored(model)), doorOf(stored(made))];
    await before.during(async (weights) => {
      const { rows } = growth;
      await after.bring(
        (into) => copyGrown(weights, into, { rows, starts, isOfItems }),
        before.training,
      );
      after.beside = after.now((into) => grownState(before.beside, weights, into, rows, isOfItems));
    });
  } catch (error) {
    made.dispose();
    throw error;
  }
  return {
    model: made,
    data: left.data,
    knownItems: growth.clicked.filter((row) => row !== NO_ITEM && growth.rows[row] !== NO_ITEM)
      .length,
    newItems: growth.added,
    droppedItems: growth.dropped,
    droppedEvents: left.events,
  };
}

/** Both kinds of models as what they have in common. */
function stored(model: GRU4Rec | TwoTowers): StoredModel<StoredWeights> {
  return model as unknown as StoredModel<StoredWeights>;
}

type Over = (items: Items, records: Iterable<ItemRecord>) => Promise<GRU4Rec | TwoTowers>;

function makerOf(model: GRU4Rec | TwoTowers, data: Sessions | Examples): Over {
  if (model instanceof GRU4Rec) {
    checkSessions("sessions", data);
    return (items) => GRU4Rec.create(items, model.options);
  }
  const over = recipeOf(model)?.over?.(model, data);
  if (over) return over as Over;
  const remedy = "An index is made anew: update its towers, then call their `index()`.";
  throw new ConfigError("model", "a GRU4Rec or a TwoTowers", model, remedy);
}

function itemTensors(model: GRU4Rec | TwoTowers): IsOfItems {
  const names = ["Wy", "By", "E", "query.E", "candidate.E"];
  if (model instanceof GRU4Rec && model.options.embedding === "one-hot") names.push("Wx_0");
  return ({ name }) => names.includes(name);
}

function resolved(options: ExtendGru4recOptions & ExtendTowersOptions, isGru4rec: boolean) {
  const own = isGru4rec ? "support" : "records";
  checkNames(options, ["newItems", "drop", own], "extendModel");
  const { newItems = EXTEND_DEFAULTS.newItems, support = EXTEND_DEFAULTS.support } = options;
  const { drop = [], records = [] } = options;
  checkChoice("newItems", newItems, STARTS);
  checkChoice("support", support, SUPPORTS);
  checkList("drop", drop, "item ids");
  return { newItems, support, drop, records };
}

/** Examples hold items beside each other, of which none can go alone. */
function withoutDropped(
  data: Sessions | Examples,
  { items, clicked }: Growth,
): { readonly data: Sessions | Examples; readonly events: number } {
  const gone = clicked.indexOf(NO_ITEM);
  if (gone < 0) return { data, events: 0 };
  if (!(data instanceof Sessions)) {
    const remedy = "Make examples of the other items.";
    throw new ConfigError("drop", "items that no example has", data.items.idOf(gone), remedy);
  }
  const { sessions, unknownEvents } = data.over(items);
  if (sessions) return { data: sessions, events: unknownEvents };
  throw new ConfigError("drop", "not all items of the sessions", words("all of them"));
}

/** The catalogue: public item ids on one side, rows of the weight tables on the other. */

import { checkList } from "../checks.js";
import { ConfigError } from "../errors.js";
import { atOnce } from "../pause.js";
import { checkId, type Id, spellingsOf } from "./events.js";

/** Fills the places of a context that hold no item. */
export const NO_ITEM = -1;

/** Ids that are looked up in about a millisecond. */
const IDS_PIECE = 2 ** 12;

/** Items 0 … size − 1, in order of first appearance in the events they were counted in. */
export class Items {
  readonly #indices: ReadonlyMap<Id, number>;
  /** Public id of every item; copied from the caller. */
  readonly ids: readonly Id[];
  /** i32[size]: events of each item in the training data. */
  readonly support: Int32Array;

  private constructor(ids: readonly Id[], indices: ReadonlyMap<Id, number>, support: Int32Array) {
    this.ids = ids;
    this.#indices = indices;
    this.support = support;
  }

  /**
   * A catalogue of these ids, in their order.
   *
   * @param support events per item, copied; 1 for every item when not given
   * @throws ConfigError when there is no id, an id comes twice, or `support` does not fit
   */
  static from(ids: Iterable<Id>, support?: ArrayLike<number>): Items {
    return atOnce(Items.arriving(ids, support));
  }

  /** @internal The same in steps, some ids in each. */
  static *arriving(ids: Iterable<Id>, support?: ArrayLike<number>): Generator<void, Items> {
    checkList("items", ids, "ids");
    const list: Id[] = [];
    const indices = new Map<Id, number>();
    for (const id of ids) {
      const index = list.length;
      checkId(id, () => `items[${index}]`);
      if (indices.has(id)) throw new ConfigError(`items[${index}]`, "every id once", id);
      indices.set(id, index);
      list.push(id);
      if (list.length % IDS_PIECE === 0) yield;
    }
    if (list.length === 0) throw new ConfigError("items", "at least one id", 0);
    return new Items(list, indices, copiedSupport(list.length, support));
  }

  /** Number of items. */
  get size(): number {
    return this.ids.length;
  }

  /**
   * The row of an item, −1 when the catalogue does not hold it.
   *
   * Logs that are read from text have strings, and programs ask with numbers: an id that is not there,
   * while another spelling of it is (214, "214", 214n), is that item. Where two are there, they are two.
   */
  indexOf(id: Id): number {
    return this.#indices.get(id) ?? this.#otherSpelling(id);
  }

  /** Whether the catalogue holds an item, in this spelling or another. */
  has(id: Id): boolean {
    return this.indexOf(id) >= 0;
  }

  /** The id as the catalogue spells it; as it is when the catalogue does not hold it. */
  spelt(id: Id): Id {
    const index = this.indexOf(id);
    return index < 0 ? id : this.ids[index]!;
  }

  #otherSpelling(id: Id): number {
    for (const other of spellingsOf(id)) {
      const index = this.#indices.get(other);
      if (index !== undefined) return index;
    }
    return -1;
  }

  /** The public id of a row. Throws ConfigError outside 0 … size − 1. */
  idOf(item: number): Id {
    const id = Number.isInteger(item) ? this.ids[item] : undefined;
    if (id === undefined) throw new ConfigError("item", `0 to ${this.size - 1}`, item);
    return id;
  }
}

function copiedSupport(size: number, support: ArrayLike<number> | undefined): Int32Array {
  if (support === undefined) return new Int32Array(size).fill(1);
  if (support?.length !== size) {
    const found = support?.length ?? support;
    throw new ConfigError("support", `${size} counts, one for each item`, found);
  }
  const copy = new Int32Array(size);
  for (let item = 0; item < size; ++item) {
    copy[item] = support[item]!;
    if (copy[item] !== support[item] || support[item]! < 0) {
      throw new ConfigError(`support[${item}]`, "a count from 0 to 2147483647", support[item]);
    }
  }
  return copy;
}

/** The best rows of those that are offered, sorted while it grows. */

export class BestList {
  /** Best first. */
  readonly rows: number[] = [];
  readonly #scores: number[] = [];
  readonly #orders: number[] = [];
  readonly #length: number;

  constructor(length: number) {
    this.#length = length;
  }

  /**
   * @param given a score; NaN comes before all numbers
   * @param order of equal scores the lower one comes first
   */
  offer(row: number, given: number, order: number = row): void {
    const { rows } = this;
    const scores = this.#scores;
    const orders = this.#orders;
    const isFull = rows.length === this.#length;
    const last = this.#length - 1;
    if (isFull && (last < 0 || given < scores[last]!)) return; // almost all of a catalogue
    const score = Number.isNaN(given) ? Number.POSITIVE_INFINITY : given;
    const isAfter = (place: number): boolean =>
      scores[place]! > score || (scores[place] === score && orders[place]! < order);
    if (isFull && isAfter(last)) return;
    let place = Math.min(rows.length, last);
    for (; place > 0 && !isAfter(place - 1); --place) {
      rows[place] = rows[place - 1]!;
      scores[place] = scores[place - 1]!;
      orders[place] = orders[place - 1]!;
    }
    rows[place] = row;
    scores[place] = score;
    orders[place] = order;
  }
}

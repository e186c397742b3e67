// Objects that come and go all the time. A Set makes a new table whenever its last entry goes, and each table that it
// has left keeps the next one, so none of them can die young.

/** What can be in a bag, and in one only. */
export interface Placed {
  /** The index in the bag, while it is in one. */
  place: number
}

/** A set without an order. Adding and removing make no garbage. */
export class Bag<T extends Placed> {
  readonly #items: T[] = []

  add(item: T): void {
    if (!this.has(item)) item.place = this.#items.push(item) - 1
  }

  has(item: T): boolean {
    return this.#items[item.place] === item
  }

  delete(item: T): void {
    if (!this.has(item)) return
    const last = this.#items.pop()!
    if (last === item) return
    last.place = item.place
    this.#items[last.place] = last
  }

  /** A copy of its content. */
  all(): T[] {
    return this.#items.slice()
  }
}

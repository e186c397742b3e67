// The CLOSESOCKETFUNCTIONs of an instance: a connection keeps the one that it was opened with, and can outlive its easy
// handle.
type Closer = (userdata: unknown, s: number) => number | void

/** Functions with their user data, by a number that libcurl passes back. The same function with the same data has one. */
export class Closers {
  #entries: { callback: Closer; userdata: unknown }[] = []
  add(callback: Closer, userdata: unknown): number {
    const found = this.#entries.findIndex((entry) => entry.callback === callback && entry.userdata === userdata)
    // numbers begin with 1, because 0 is a NULL pointer
    return found >= 0 ? found + 1 : this.#entries.push({ callback, userdata })
  }
  call(id: number, s: number): number {
    const { callback, userdata } = this.#entries[id - 1]!
    return callback(userdata, s) ?? 0
  }
}

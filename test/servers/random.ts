// Random values that are the same in every run, so that a test that fails once fails again.
/** A generator of numbers from 0 to below 1 (mulberry32). */
export function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Functions that choose random values, by one seed. */
export function chooser(seed: number) {
  const next = random(seed)
  /** An integer from `from` to `to`, both included. */
  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  const one = <T>(of: ArrayLike<T>): T => of[integer(0, of.length - 1)]!
  const text = (alphabet: string, from: number, to: number): string => {
    const characters = [...alphabet]
    return Array.from({ length: integer(from, to) }, () => one(characters)).join('')
  }
  return { integer, one, text }
}

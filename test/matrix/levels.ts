// How much there is of what may be left behind.

/** Counts by name. */
export type Levels = Record<string, number>

/** Of what there is more now than before, in words. */
export function more(before: Levels, now: Levels): string[] {
  return Object.keys(now)
    .filter((name) => now[name]! > (before[name] ?? 0))
    .map((name) => `${now[name]! - (before[name] ?? 0)} more: ${name}`)
}

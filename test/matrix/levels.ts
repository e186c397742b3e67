// Counts of things that may be left behind.

/** Counts by name. */
export type Levels = Record<string, number>

/** The counts that are higher than before, as texts. */
export function more(before: Levels, now: Levels): string[] {
  return Object.keys(now)
    .filter((name) => now[name]! > (before[name] ?? 0))
    .map((name) => `${now[name]! - (before[name] ?? 0)} more: ${name}`)
}

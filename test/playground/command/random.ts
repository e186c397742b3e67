// Random texts that are the same in each run, so that a failure can be repeated.

/** A generator of numbers from 0 to below 1. */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of them. */
export function pick<T>(next: () => number, from: readonly T[]): T {
  return from[Math.floor(next() * from.length)]!
}

/** As many as `count`, put together. */
export function some(next: () => number, from: readonly string[], count: number): string {
  return Array.from({ length: Math.floor(next() * (count + 1)) }, () => pick(next, from)).join('')
}

/** Texts that are difficult for shells, terminals and encodings. */
export const TRICKY = [
  ...'abcxyzAZ059 -_=+:;,./?#&|<>(){}[]*!%^~@$`\\\'"\t\n',
  ...['é', '中', '😀', '👩‍💻', '\u00a0', '\u2028', '\ufeff', '\u202e', '\x1b[31m', '\x7f', '\x80', '\x9b', '\u{e0041}'],
  ...[
    '\\n',
    "\\'",
    '$(x)',
    '${x}',
    '$x',
    '%PATH%',
    '^"',
    '""',
    '\\\\',
    '\\"',
    '%20',
    '{a,b}',
    "$'",
    ' \\\n',
    '<<EOF',
    '“',
    '~/',
  ],
]

/** The shortest time that some work takes, in milliseconds, because the machine may be busy. */
export function quickest(work: () => void, enough: number): number {
  let best = Infinity
  for (let tries = 0; tries < 3 && best > enough; tries++) {
    const started = performance.now()
    work()
    best = Math.min(best, performance.now() - started)
  }
  return best
}

// Formats numbers for people: sizes, times, counts.

const grouped = new Intl.NumberFormat('en')

/** 1,204 */
export const count = (value: number): string => grouped.format(value)

/** 1 byte, 1,204 bytes */
export const bytes = (value: number): string => `${count(value)} ${value === 1 ? 'byte' : 'bytes'}`

/** 987 B, 12.3 kB, 50 MB. A kB has 1000 bytes. */
export function size(value: number): string {
  if (value < 1000) return `${value} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let [scaled, unit] = [value / 1000, 0]
  // a value that would be rounded up to 1000 gets the next unit
  while (scaled >= 999.5 && unit < units.length - 1) [scaled, unit] = [scaled / 1000, unit + 1]
  return `${scaled.toPrecision(3).replace(/\.?0+$/, (zeros) => (zeros.startsWith('.') ? '' : zeros))} ${units[unit]}`
}

/** Milliseconds: 0.42 ms, 12.3 ms, 1.23 s, 2:05 min */
export function duration(ms: number): string {
  if (ms < 9.995) return `${ms.toFixed(2)} ms`
  if (ms < 99.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`
}

/** 'one, two and three' */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** 1 connection, 2 connections */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`

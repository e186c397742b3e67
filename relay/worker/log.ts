// The relay's log as plain objects, because a Worker has no logger but its console.
import type { Log } from '../core/log.js'

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error'
  /** What happened. */
  event?: string
  msg?: string
  [field: string]: unknown
}

export function logTo(sink: (line: LogLine) => void): Log {
  const write = (level: LogLine['level']) => (line: object, msg?: string) =>
    sink({ level, ...line, ...(msg ? { msg } : {}) })
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
}

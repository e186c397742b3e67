// The relay's log as plain objects, because a Worker has no logger but its console.
import type { Log } from '../core/log.js'

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error'
  /** What happened. */
  event?: string
  msg?: string
  [field: string]: unknown
}

export function logTo(sink: (line: LogLine) => void, fields: Record<string, unknown> = {}): Log {
  const write = (level: LogLine['level']) => (line: object, msg?: string) =>
    sink({ level, ...fields, ...line, ...(msg ? { msg } : {}) })
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (more) => logTo(sink, { ...fields, ...more }),
  }
}

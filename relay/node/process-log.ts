// The log of a process of the command: lines of JSON on standard output, each with the process' id.
import { pino, type Logger } from 'pino'

export function processLog(level: string): Logger {
  process.stdout.on('error', () => {})
  return pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    // pino's own destination tries for ever to write to a closed pipe, and then the process never ends
    { write: (line: string) => void process.stdout.write(line) },
  )
}

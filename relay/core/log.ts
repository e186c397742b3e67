// Where the relay's log lines go. pino's logger is one.

type Write = (line: object, message?: string) => void

export interface Log {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  /** A log that adds these fields to each line. */
  child(fields: Record<string, unknown>): Log
}

const nothing = (): void => {}

/** A log that drops everything. */
export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => silent }

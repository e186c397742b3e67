// Where the relay's log lines go. pino's logger is one.

type Write = (line: object, message?: string) => void

export interface Log {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
}

const nothing = (): void => {}

/** A log that drops everything. */
export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** The log of one client. There are as many of them as clients, so it is not pino's child(), which takes a kilobyte. */
export class ClientLog implements Log {
  constructor(
    private readonly log: Log,
    private readonly client: number,
    private readonly from: string,
  ) {}

  debug(line: object, message?: string): void {
    this.log.debug({ client: this.client, from: this.from, ...line }, message)
  }

  info(line: object, message?: string): void {
    this.log.info({ client: this.client, from: this.from, ...line }, message)
  }

  warn(line: object, message?: string): void {
    this.log.warn({ client: this.client, from: this.from, ...line }, message)
  }

  error(line: object, message?: string): void {
    this.log.error({ client: this.client, from: this.from, ...line }, message)
  }
}

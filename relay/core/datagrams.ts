// A UDP socket to one peer, as the relay uses it. Of the runtimes, only Node has it.

export interface DatagramSocket {
  /** Whether datagrams wait for the kernel. */
  readonly busy: boolean
  send(datagram: Uint8Array, sent: (error: Error | null) => void): void
  close(): void
}

export interface DatagramEvents {
  connected(): void
  message(bytes: Uint8Array): void
  failed(error: Error): void
}

/** Makes a connected socket, so that the kernel drops what others send. */
export type OpenDatagrams = (address: string, port: number, events: DatagramEvents) => DatagramSocket

// A TFTP server (RFC 1350, optionally with the options of RFC 2347) that keeps its files in memory. It records the
// requests. A packet without an answer is sent again, because UDP may lose it.
import dgram from 'node:dgram'

export interface TftpRequest {
  write: boolean
  name: string
  mode: string
  /** Options such as 'blksize' and 'tsize', as the client has sent them. */
  options: Record<string, string>
}

export interface Tftp {
  url: string
  port: number
  files: Map<string, Buffer>
  requests: TftpRequest[]
  close(): Promise<void>
}

const [RRQ, WRQ, DATA, ACK, ERROR, OACK] = [1, 2, 3, 4, 5, 6]
const FILE_NOT_FOUND = 1
const BLOCK = 512
const RESEND_MS = 500

function packet(opcode: number, number: number, content: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(opcode, 0)
  head.writeUInt16BE(number, 2)
  return Buffer.concat([head, content])
}

function optionAnswer(options: Record<string, string>): Buffer {
  const texts = Object.entries(options).flat()
  return Buffer.concat([Buffer.of(0, OACK), ...texts.map((text) => Buffer.from(`${text}\0`))])
}

function parseRequest(message: Buffer): TftpRequest {
  const [name = '', mode = '', ...rest] = message.subarray(2).toString('latin1').split('\0')
  const options: Record<string, string> = {}
  for (let i = 0; i + 1 < rest.length; i += 2) options[rest[i]!.toLowerCase()] = rest[i + 1]!
  return { write: message.readUInt16BE(0) === WRQ, name, mode, options }
}

/** One transfer, on a port of its own, as the protocol requires. */
class TftpTransfer {
  readonly #socket: dgram.Socket
  #last: Buffer = Buffer.alloc(0)
  #timer: NodeJS.Timeout | undefined
  #size = BLOCK
  #closed = false

  constructor(
    type: dgram.SocketType,
    private readonly client: dgram.RemoteInfo,
    private readonly done: () => void,
  ) {
    this.#socket = dgram.createSocket(type)
    this.#socket.on('error', () => this.close())
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#timer)
    this.#socket.removeAllListeners().on('error', () => {})
    this.#socket.close()
    this.done()
  }

  #send(bytes: Buffer): void {
    this.#last = bytes
    const again = (): void => void this.#socket.send(this.#last, this.client.port, this.client.address)
    clearInterval(this.#timer)
    this.#timer = setInterval(again, RESEND_MS)
    again()
  }

  /** Sends one packet without waiting for an answer, and ends. */
  #sendLast(bytes: Buffer): void {
    this.#socket.send(bytes, this.client.port, this.client.address, () => this.close())
  }

  /** The accepted options, or null for the plain protocol. */
  #agree(request: TftpRequest, answer: boolean, size: number | null): Record<string, string> | null {
    const { blksize, tsize } = request.options
    if (!answer || (blksize === undefined && tsize === undefined)) return null
    if (blksize !== undefined) this.#size = Number(blksize)
    return { ...(blksize && { blksize }), ...(tsize && { tsize: size === null ? tsize : String(size) }) }
  }

  refuse(): void {
    this.#sendLast(packet(ERROR, FILE_NOT_FOUND, Buffer.from('no such file\0')))
  }

  read(request: TftpRequest, content: Buffer, answer: boolean): void {
    const agreed = this.#agree(request, answer, content.length)
    let block = agreed ? 0 : 1
    const blockAt = (number: number): Buffer => content.subarray((number - 1) * this.#size, number * this.#size)
    this.#socket.on('message', (message) => {
      if (message.readUInt16BE(0) !== ACK || message.readUInt16BE(2) !== (block & 0xffff)) return
      if (block > 0 && blockAt(block).length < this.#size) return this.close()
      block++
      this.#send(packet(DATA, block & 0xffff, blockAt(block)))
    })
    this.#send(agreed ? optionAnswer(agreed) : packet(DATA, block, blockAt(block)))
  }

  write(request: TftpRequest, answer: boolean, finished: (content: Buffer) => void): void {
    const agreed = this.#agree(request, answer, null)
    const blocks: Buffer[] = []
    this.#socket.on('message', (message) => {
      if (message.readUInt16BE(0) !== DATA || message.readUInt16BE(2) !== ((blocks.length + 1) & 0xffff)) return
      const block = Buffer.from(message.subarray(4))
      blocks.push(block)
      if (block.length === this.#size) return this.#send(packet(ACK, blocks.length & 0xffff))
      finished(Buffer.concat(blocks))
      this.#sendLast(packet(ACK, blocks.length & 0xffff))
    })
    this.#send(agreed ? optionAnswer(agreed) : packet(ACK, 0))
  }
}

/** @param options Whether it negotiates options, or ignores them as old servers do. */
export async function tftpServer({ host = '127.0.0.1', options = true } = {}): Promise<Tftp> {
  const type = host.includes(':') ? 'udp6' : 'udp4'
  const socket = dgram.createSocket(type)
  const files = new Map<string, Buffer>()
  const requests: TftpRequest[] = []
  const transfers = new Set<TftpTransfer>()
  socket.on('message', (message, client) => {
    const opcode = message.readUInt16BE(0)
    if (opcode !== RRQ && opcode !== WRQ) return
    const request = parseRequest(message)
    requests.push(request)
    const transfer: TftpTransfer = new TftpTransfer(type, client, () => transfers.delete(transfer))
    transfers.add(transfer)
    const content = files.get(request.name)
    if (request.write) transfer.write(request, options, (received) => files.set(request.name, received))
    else if (content) transfer.read(request, content, options)
    else transfer.refuse()
  })
  await new Promise<void>((resolve) => socket.bind(0, host, resolve))
  const { port } = socket.address()
  return {
    port,
    url: `tftp://${host.includes(':') ? `[${host}]` : host}:${port}`,
    files,
    requests,
    close: () =>
      new Promise((resolve) => {
        for (const transfer of transfers) transfer.close()
        socket.close(() => resolve())
      }),
  }
}

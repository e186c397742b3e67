// The host: what an instance of the module runs on. It puts the parts of this folder together and makes the imports.
// It knows no libcurl; ts/ sees the reactor, the descriptors and the memory.
import type { AesGcm } from './aes-gcm.js'
import type { WasmImports, WasmMemory } from './platform.js'
import { Descriptors, type Descriptor } from './descriptors.js'
import { fillRandom, type FillRandom } from './entropy.js'
import { withAssets, type Assets } from './files/assets.js'
import { Failures } from './failures.js'
import { Exchange, withExchange } from './files/exchange.js'
import type { FileSystem, OpenFile } from './files/filesystem.js'
import { Memory, type Allocate } from './memory.js'
import { Reactor } from './reactor.js'
import type { Machine, Network } from './machine.js'
import { shimImports } from './syscalls.js'
import type { BlockingTransport } from './transports/blocking/transport.js'
import type { Transport } from './transports/transport.js'
import { wasiImports } from './wasi.js'

/** Everything that differs from one runtime to the next. */
export interface HostOptions {
  transport: Transport
  /** Standard input, output and error. */
  standard: (reactor: Reactor) => readonly [Descriptor, Descriptor, Descriptor]
  files: FileSystem
  /** Files that are not the file system's: path -> what makes their bytes. */
  assets: Assets
  environment: Record<string, string | undefined>
  uid: number
  gid: number
  /** Wraps the transport, whichever it is. */
  through?: (transport: Transport) => Transport
  /**
   * The runtime's own functions read responses by their public members, as programs do. So a response can make what
   * they return when they are read.
   */
  readsMembers?: boolean
  /** Fills bytes with random numbers, if the runtime has something that is sooner ready than Web Cryptography. */
  fillRandom?: FillRandom
  /** AES-GCM, if the runtime has it as a synchronous function that is faster than the module. */
  aesGcm?: AesGcm
  /** Allocates memory without zeroing it, where the runtime can. */
  allocate?: Allocate
  /**
   * The transport of blocking calls, which corresponds to the given one: the same one each time, until that is over.
   * Throws where this thread cannot block, or if the transport cannot be made in a Worker.
   */
  blocking?: (transport: Transport) => BlockingTransport
}

export class Host {
  readonly descriptors = new Descriptors()
  readonly reactor = new Reactor()
  readonly transport: Transport
  readonly exchange = new Exchange()
  readonly failures = new Failures()
  readonly readsMembers: boolean
  /** The transport as it was given, for blocking calls. */
  readonly #given: Transport
  readonly #blocking: HostOptions['blocking']
  #memory: Memory | null = null
  #machine: Machine
  #environment: HostOptions['environment']
  #allocate: HostOptions['allocate']
  #files: FileSystem

  constructor(options: HostOptions) {
    const assets = withAssets(options.files, options.assets)
    const files = withExchange(assets, this.exchange)
    for (const descriptor of options.standard(this.reactor)) this.descriptors.add(descriptor)
    this.transport = options.through?.(options.transport) ?? options.transport
    this.#given = options.transport
    this.#blocking = options.blocking
    this.readsMembers = options.readsMembers ?? false
    this.#environment = options.environment
    this.#allocate = options.allocate
    this.#files = options.files
    this.#machine = {
      memory: () => this.#memory!,
      descriptors: this.descriptors,
      network: this,
      files,
      failures: this.failures,
      fillRandom: options.fillRandom ?? fillRandom,
      aesGcm: options.aesGcm,
      uid: options.uid,
      gid: options.gid,
    }
  }

  /** What new sockets are made with now. */
  get network(): Network {
    return this.#machine.network
  }

  /** Runs a call whose new sockets are of another network. */
  using<T>(network: Network, call: () => T): T {
    const before = this.#machine.network
    this.#machine.network = network
    try {
      return call()
    } finally {
      this.#machine.network = before
    }
  }

  get memory(): Memory {
    return this.#memory!
  }

  /** The imports of the module, except those of the import modules "libcurl" and "tool". */
  imports(): WasmImports {
    return {
      shim: shimImports(this.#machine),
      wasi_snapshot_preview1: wasiImports(this.#machine, this.#environment),
      env: { emscripten_notify_memory_growth: () => {} },
    }
  }

  /** The transport of blocking calls. @throws TypeError where there is none */
  blocking(): BlockingTransport {
    if (!this.#blocking) throw new TypeError('blocking calls are not possible here: see docs/blocking.md')
    return this.#blocking(this.#given)
  }

  /** What is open under a number of the host itself. @throws TypeError if the file system has no such numbers */
  hostFile(number: number): OpenFile {
    if (!this.#files.descriptor) throw new TypeError(`there is no descriptor ${number}: these files have no numbers`)
    return this.#files.descriptor(number)
  }

  /** Closes every descriptor that is still open. */
  close(): void {
    this.descriptors.closeAll()
  }

  /** Must be called with the module's memory before anything of the module runs. */
  attach(memory: WasmMemory): void {
    this.#memory = new Memory(memory, this.#allocate)
  }
}

// Starts the module, as packages of wasm-pack do: init() is called once, with any source of the module. It depends on
// no runtime: an entry such as node/main.ts says where the module is by default and what it runs on.
import type { BufferSource, WasmModule } from '../../shim/platform.js'
import type { HostOptions } from '../../shim/host.js'
import type { Transport } from '../../shim/transports/transport.js'
import { Libcurl, hasCurrent, setCurrent } from '../libcurl/libcurl.js'
import { warnOfForgotten } from '../libcurl/lifetime.js'
import { compileModule, isModuleSource, type ModuleSource } from '../common/module.js'

export interface InitOptions {
  /** By default the module that comes with the package. */
  module_or_path?: ModuleSource | Promise<ModuleSource>
  /** The transport for all connections, such as wispTransport(). In Node the host's own sockets by default. */
  transport?: Transport
}

/** The argument of init(): a source, a promise of one, or an object of options. */
export type InitInput = ModuleSource | Promise<ModuleSource> | InitOptions

/** What a runtime's host.ts provides, for all entries of the runtime. */
export interface RuntimeHost {
  host(): HostOptions
  /** Loads a module from a URL, and compiles it. */
  load(url: string | URL): Promise<WasmModule>
}

/** The module that comes with the package, compiled. */
export interface DefaultModule {
  defaultModule(): Promise<WasmModule>
  defaultModuleSync(): WasmModule
}

/** What an entry is made of. */
export interface Runtime extends RuntimeHost, DefaultModule {}

function optionsOf(input: InitInput | undefined): InitOptions {
  if (input === undefined) return {}
  // a value that is not an object is passed on as a source, which compileModule() checks
  const isSource = typeof input !== 'object' || input === null || isModuleSource(input) || 'then' in input
  if (isSource) return { module_or_path: input }
  checkNames('init', input, ['module_or_path', 'transport'])
  return input
}

/** @throws TypeError for an option that is not in `names`. */
function checkNames(caller: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`${caller}() has no option "${unknown}", only ${names.join(' and ')}`)
}

function hostWith(runtime: Runtime, transport: Transport | undefined): HostOptions {
  const host = runtime.host()
  if (host.environment['NODE_ENV'] === 'development') warnOfForgotten()
  return transport ? { ...host, transport } : host
}

export function makeInit(runtime: Runtime): {
  init: (input?: InitInput) => Promise<void>
  initSync: (input?: { module?: BufferSource | WasmModule; transport?: Transport }) => void
} {
  let starting: Promise<void> | null = null
  /** What the module was started with. After a trap it is started with the same, unless init() gets something else. */
  let last: { module?: WebAssembly.Module; transport?: Transport } = {}
  const hostFor = (module: WebAssembly.Module, transport = last.transport): HostOptions => {
    last = { module, ...(transport && { transport }) }
    return hostWith(runtime, transport)
  }
  return {
    init(input) {
      if (hasCurrent()) return Promise.resolve()
      starting ??= (async () => {
        const { module_or_path: source, transport } = optionsOf(input)
        const loading =
          source === undefined ? (last.module ?? runtime.defaultModule()) : compileModule(source, runtime.load)
        transport?.prepare?.()
        const module = await loading
        if (!hasCurrent()) setCurrent(await Libcurl.startAsync(module, hostFor(module, transport)))
      })().finally(() => (starting = null)) // so that another attempt can succeed
      return starting
    },

    initSync(input) {
      if (hasCurrent()) return
      if (input) checkNames('initSync', input, ['module', 'transport'])
      input?.transport?.prepare?.()
      const source = input?.module
      const module =
        source === undefined
          ? (last.module ?? runtime.defaultModuleSync())
          : source instanceof WebAssembly.Module
            ? source
            : new WebAssembly.Module(source)
      setCurrent(Libcurl.start(module, hostFor(module, input?.transport)))
    },
  }
}

// Starts the module, as packages of wasm-pack do: init() is called once, with any source of the module. It depends on
// no runtime: an entry such as node/main.ts says where the module is by default and what it runs on.
import type { BufferSource, WasmModule } from '../../shim/platform.js'
import type { HostOptions } from '../../shim/host.js'
import type { FileSystem } from '../../shim/files/filesystem.js'
import type { Transport } from '../../shim/transports/transport.js'
import { observeAll, type Observers } from '../fetch/observe.js'
import { Libcurl, hasCurrent, setCurrent } from '../libcurl/libcurl.js'
import { warnOfForgotten } from '../libcurl/lifetime.js'
import { compileModule, isModuleSource, type ModuleSource } from '../common/module.js'

export interface InitOptions {
  /** By default the module that comes with the package. */
  module_or_path?: ModuleSource | Promise<ModuleSource>
  /** The transport for all connections, such as wispTransport(). In Node the host's own sockets by default. */
  transport?: Transport
  /**
   * The files that options name, such as SSH_PRIVATE_KEYFILE, COOKIEJAR and a URL file:///. In Node the host's own by
   * default; elsewhere an empty MemoryFileSystem.
   */
  files?: FileSystem
}

/** The argument of init(): a source, a promise of one, or an object of options. */
export type InitInput = ModuleSource | Promise<ModuleSource> | InitOptions

/** What a runtime's host.ts provides, for all entries of the runtime. */
export interface RuntimeHost {
  /** @param transport The one that replaces the host's own. */
  host(transport?: Transport): HostOptions
  /** Loads a module from a URL, and compiles it. */
  load(url: string | URL): Promise<WasmModule>
  /** What observes all fetches. By default nothing does. */
  observers?(environment: HostOptions['environment']): Observers
}

/** The module that comes with the package, compiled. */
export interface DefaultModule {
  defaultModule(): Promise<WasmModule>
  defaultModuleSync(): WasmModule
}

/** What an entry is made of. */
export interface Runtime extends RuntimeHost, DefaultModule {
  /** What blocking calls wait for, where they are possible. */
  blocking?: HostOptions['blocking']
}

function optionsOf(input: InitInput | undefined): InitOptions {
  if (input === undefined) return {}
  // a value that is not an object is passed on as a source, which compileModule() checks
  const isSource = typeof input !== 'object' || input === null || isModuleSource(input) || 'then' in input
  if (isSource) return { module_or_path: input }
  checkNames('init', input, ['module_or_path', 'transport', 'files'])
  return input
}

/** @throws TypeError for an option that is not in `names`. */
function checkNames(caller: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`${caller}() has no option "${unknown}", only ${names.join(', ')}`)
}

/** What init() replaces of the runtime's host. */
interface Given {
  transport?: Transport | undefined
  files?: FileSystem | undefined
}

function hostWith(runtime: Runtime, { transport, files }: Given): HostOptions {
  const host = runtime.host(transport)
  if (host.environment['NODE_ENV'] === 'development') warnOfForgotten()
  const { blocking } = runtime
  return { ...host, ...(blocking && { blocking }), ...(transport && { transport }), ...(files && { files }) }
}

export function makeInit(runtime: Runtime): {
  init: (input?: InitInput) => Promise<void>
  initSync: (input?: { module?: BufferSource | WasmModule } & Omit<InitOptions, 'module_or_path'>) => void
} {
  let starting: Promise<void> | null = null
  /** What the module was started with. After a trap it is started with the same, unless init() gets something else. */
  let last: { module?: WebAssembly.Module } & Given = {}
  const prepared = (given: Given) => {
    const merged = { transport: given.transport ?? last.transport, files: given.files ?? last.files }
    const host = hostWith(runtime, merged)
    const { imports, enter } = Libcurl.prepare(host)
    return {
      imports,
      started(module: WebAssembly.Module, instance: WebAssembly.Instance): void {
        last = { module, ...merged }
        setCurrent(enter(instance))
        observeAll(runtime.observers?.(host.environment) ?? { hops: [] })
      },
    }
  }
  return {
    init(input) {
      if (hasCurrent()) return Promise.resolve()
      starting ??= (async () => {
        const { module_or_path: source, ...given } = optionsOf(input)
        const loading =
          source === undefined ? (last.module ?? runtime.defaultModule()) : compileModule(source, runtime.load)
        given.transport?.prepare?.()
        // the imports are made while the module loads; with async, what fails does so where it is awaited
        const preparing = (async () => prepared(given))()
        const [module, { imports, started }] = await Promise.all([loading, preparing])
        if (hasCurrent()) return
        const instance = await WebAssembly.instantiate(module, imports)
        if (!hasCurrent()) started(module, instance)
      })().finally(() => (starting = null)) // so that another attempt can succeed
      return starting
    },

    initSync(input) {
      if (hasCurrent()) return
      if (input) checkNames('initSync', input, ['module', 'transport', 'files'])
      input?.transport?.prepare?.()
      const source = input?.module
      const module =
        source === undefined
          ? (last.module ?? runtime.defaultModuleSync())
          : source instanceof WebAssembly.Module
            ? source
            : new WebAssembly.Module(source)
      const { imports, started } = prepared(input ?? {})
      started(module, new WebAssembly.Instance(module, imports))
    },
  }
}

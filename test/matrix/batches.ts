// Runs cells in batches, because most of a cell's time is waiting. If a batch leaves something behind, its halves are
// run to find the cell that does.
import { APIS, WAYS, nameOf, type Cell } from './axes.js'
import type { Outcome } from './clients.js'
import { Peer } from './peer.js'
import { more, type Levels } from './levels.js'
import { addressOf, type Places } from './place.js'
import type { Result, Task } from './worker.js'

export interface Ran {
  cell: Cell
  name: string
  outcome: Outcome
  ms: number
  /** What it has left behind. */
  left: string[]
}

/** The process of the servers. */
export class Origin {
  readonly peer = new Peer(new URL('origin.js', import.meta.url))
  places!: Places
  #serial = 0

  async start(): Promise<this> {
    this.places = await this.peer.ask<Places>({ ask: 'places' })
    return this
  }

  /** The task for a cell. Every run of a cell has another address, and its own relay if it kills the relay. */
  async taskOf(cell: Cell): Promise<Task> {
    this.#serial = (this.#serial % 65_000) + 1
    const address = addressOf(this.#serial, cell.reader, cell.fault === 'blocked')
    if (cell.fault !== 'relay-killed') return { cell, address }
    return { cell, address, relay: await this.peer.ask<string>({ ask: 'relay', address }) }
  }
}

/** One cell for each API and for each way. */
const START = [...APIS.map((api) => [api, 'direct'] as const), ...WAYS.map((way) => ['fetch', way] as const)].map(
  ([api, way]): Cell => ({ api, way, protocol: 'https', fault: 'none', reader: 'fast' }),
)

/** How many WebSockets many cells share: one for each version of Wisp. */
export const SHARED = 2

/** A process that runs cells. It is replaced when it has died. */
export class Runner {
  #worker: Peer | null = null
  /** The relay of that process, and what it holds for good. */
  #relay = ''
  #levels: Levels = {}

  constructor(private readonly origin: Origin) {}

  async #ready(): Promise<Peer> {
    if (this.#worker && !this.#worker.dead) return this.#worker
    const worker = (this.#worker = new Peer(new URL('worker.js', import.meta.url)))
    this.#relay = await this.origin.peer.ask<string>({ ask: 'relay' })
    await worker.ask({ ask: 'start', places: { ...this.origin.places, relay: this.#relay } })
    // creates what is kept for good before anything is counted
    const tasks = await this.#tasks(START)
    await worker.ask({ ask: 'run', tasks })
    await this.#left(tasks)
    await worker.ask({ ask: 'baseline' })
    this.#levels = await this.#levelsOfRelay({ relay_clients: SHARED })
    return worker
  }

  /** Makes tasks one after the other, because many processes that start at once would slow down the cells that run. */
  async #tasks(cells: Cell[]): Promise<Task[]> {
    const tasks: Task[] = []
    for (const cell of cells) tasks.push(await this.origin.taskOf(cell))
    return tasks
  }

  #levelsOfRelay(before: Levels): Promise<Levels> {
    return this.origin.peer.ask<Levels>({ ask: 'levels', relay: this.#relay, before })
  }

  /** What the relay still holds although it is not needed any more, as texts. */
  async #leftAtRelay(): Promise<string[]> {
    return more(this.#levels, await this.#levelsOfRelay(this.#levels)).map((what) => `${what} of the relay`)
  }

  /** The addresses of tasks whose connections the client has kept. */
  async #left(tasks: Task[]): Promise<Set<string>> {
    const addresses = tasks.map(({ address }) => address)
    const kept = tasks.filter(({ cell }) => cell.protocol === 'h2' || ['none', 'upload'].includes(cell.fault))
    return new Set(
      await this.origin.peer.ask<string[]>({ ask: 'left', addresses, kept: kept.map(({ address }) => address) }),
    )
  }

  async run(cells: Cell[]): Promise<Ran[]> {
    const tasks = await this.#tasks(cells)
    const alone = cells.length === 1
    let results: Result[]
    let left: string[]
    let connected: Set<string>
    try {
      const worker = await this.#ready()
      results = await worker.ask<Result[]>({ ask: 'run', tasks }, 40_000)
      connected = await this.#left(tasks)
      left = await worker.ask<string[]>({ ask: 'leftovers' }, 20_000)
      left.push(...(await this.#leftAtRelay()))
    } catch (error) {
      if (!alone) return this.#halves(cells)
      return [
        { cell: cells[0]!, name: nameOf(cells[0]!), outcome: `died: ${(error as Error).message}`, ms: 0, left: [] },
      ]
    }
    const ran = cells.map((cell, i): Ran => {
      const own = connected.has(tasks[i]!.address) ? ['its connection'] : []
      return { cell, name: nameOf(cell), ...results[i]!, left: [...results[i]!.left, ...own] }
    })
    if (left.length === 0) return ran
    // it has lost the levels to compare with
    this.close()
    const guilty = alone ? ran : ran.filter((one) => one.left.length > 0 || one.outcome.startsWith('hung'))
    if (guilty.length === 0) return this.#halves(cells)
    for (const one of guilty) one.left.push(...left)
    return ran
  }

  async #halves(cells: Cell[]): Promise<Ran[]> {
    const middle = cells.length >> 1
    return [...(await this.run(cells.slice(0, middle))), ...(await this.run(cells.slice(middle)))]
  }

  close(): void {
    this.#worker?.kill()
  }
}

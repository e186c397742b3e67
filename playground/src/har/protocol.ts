// The messages between the page and the Worker that reads an HTTP archive.
import type { BrowserRequest } from '../command/write-curl.js'
import type { HarLine } from './read-har.js'

export type ToReader = { type: 'open'; archive: Blob } | { type: 'choose'; index: number }

export type FromReader =
  | { type: 'lines'; lines: HarLine[]; others: number }
  | { type: 'chosen'; request: BrowserRequest; notes: string[] }
  | { type: 'failed'; message: string }

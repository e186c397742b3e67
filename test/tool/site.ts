// An HTTP server that answers "hello" and records the requests. A test can give it other responses for some paths.
import http from 'node:http'
import { bodyOf, listen, type Listening } from '../servers/listening.js'

export interface Request {
  method: string
  url: string
  headers: http.IncomingHttpHeaders
  body: Buffer
  /** performance.now() when the request was complete. */
  at: number
}

export type Route = (response: http.ServerResponse, request: Request) => void

export interface Site extends Listening<http.Server> {
  requests: Request[]
  /** How many connections there are now. */
  open(): Promise<number>
  /** The last request. */
  last(): Request
}

/** Answers with a body of which it only sends the first part. */
export const hang: Route = (response) => {
  response.writeHead(200, { 'content-length': 1_000_000 })
  response.write('the beginning')
}

/** @param routes By path, without the query. */
export async function site(routes: Record<string, Route> = {}): Promise<Site> {
  const requests: Request[] = []
  const server = http.createServer({ keepAliveTimeout: 60_000 }, async (incoming, response) => {
    const { method = '', url = '', headers } = incoming
    const body = await bodyOf(incoming).catch(() => null)
    if (!body) return
    const request = { method, url, headers, body, at: performance.now() }
    requests.push(request)
    response.sendDate = false
    const route = routes[url.split('?')[0]!]
    if (route) route(response, request)
    else response.end('hello\n')
  })
  const listening = await listen(server, 'http')
  const open = (): Promise<number> =>
    new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))))
  return Object.assign(listening, { requests, open, last: () => requests.at(-1)! })
}

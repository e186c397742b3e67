// What these tests test: libcurl-wasm/node-libcurl, or node-libcurl itself, whose folder NODE_LIBCURL names, to compare.
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Curl, HeaderInfo } from 'libcurl-wasm/node-libcurl'
import { afterAll, test } from 'vitest'
import { certificates } from '../servers/certificates.js'

const { NODE_LIBCURL } = process.env

export const lib: typeof import('libcurl-wasm/node-libcurl') = NODE_LIBCURL
  ? createRequire(import.meta.url)(NODE_LIBCURL)
  : await import('libcurl-wasm/node-libcurl')

/** Tests that would fail with node-libcurl: of what it does differently, or cannot do with libcurl 7.88. */
export const ours = NODE_LIBCURL ? test.skip : test

/** The certificate of the authority of the tests. */
export const CA = certificates().ca.cert

/** Starts the servers, and returns their addresses. */
export async function servers(): Promise<{ plain: string; secure: string; ws: string }> {
  const { key, cert } = certificates().good
  const worker = new Worker(new URL('./server.mjs', import.meta.url), { workerData: { key, cert } })
  afterAll(() => worker.terminate())
  const [addresses] = await once(worker, 'message')
  return addresses
}

export interface Ended {
  status: number
  data: string | Buffer
  headers: Buffer | HeaderInfo[]
}

/** Performs a request, and waits for its event. */
export function ended(curl: Curl): Promise<Ended> {
  return new Promise((resolve, reject) => {
    curl.on('end', (status, data, headers) => resolve({ status, data, headers }))
    curl.on('error', reject)
    curl.perform()
  })
}

/** Performs a request that has to fail, and returns what its event has. */
export function failed(curl: Curl): Promise<{ error: Error; code: number }> {
  return new Promise((resolve, reject) => {
    curl.on('end', (status) => reject(new Error(`it has ended with ${status}`)))
    curl.on('error', (error, code) => resolve({ error, code }))
    curl.perform()
  })
}

// The thread of thread.ts: runs the functions that it gets, and answers with what they return or throw.
import { parentPort, workerData } from 'node:worker_threads'
import * as curl from 'libcurl-wasm'

if (workerData.starts) curl.initSync()

const plain = (error) =>
  error instanceof Error
    ? { name: error.name, message: error.message, code: error.code, cause: error.cause && plain(error.cause) }
    : error

parentPort.on('message', async ({ source, args }) => {
  try {
    const run = (0, eval)(`(${source})`)
    parentPort.postMessage({ value: await run(curl, ...args) })
  } catch (error) {
    parentPort.postMessage({ error: plain(error) })
  }
})
parentPort.postMessage('started')

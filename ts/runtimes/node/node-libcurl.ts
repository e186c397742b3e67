// The entry of libcurl-wasm/node-libcurl, for Node and Bun. It has a module of its own: programs that also use the other
// entries have two.
import * as nodeLibcurl from '../../node-libcurl/index.js'
import { startBy } from '../../node-libcurl/start.js'
import { makeInit } from '../init.js'
import { nodeBlocking } from './blocking.js'
import { fileModule, nodeRuntime } from './host.js'

const { initSync } = makeInit({
  ...nodeRuntime,
  blocking: nodeBlocking,
  ...fileModule(new URL('../../../curl-full.wasm', import.meta.url)),
})

startBy(initSync)

export * from '../../node-libcurl/index.js'
/** All exports, for programs that import node-libcurl as one object. */
export default nodeLibcurl

// What tests look at from within, in the instance that they use: see node.ts. No part of what the package promises.
export { Drive } from './drive.js'
export { current } from './libcurl.js'
export { nodeTransport } from '../shim/transports/node.js'

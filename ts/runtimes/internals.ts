// What tests look at from within, in the instance that they use: see node.ts. No part of what the package promises.
export { Drive } from '../libcurl/drive.js'
export { current } from '../libcurl/libcurl.js'
export { nodeTransport } from '../../shim/transports/node/transport.js'

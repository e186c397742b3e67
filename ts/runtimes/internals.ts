// Internals for tests, in the instance that they use: see node/main.ts. They are not part of the package's API.
export { Drive } from '../libcurl/drive.js'
export { current } from '../libcurl/libcurl.js'
export { nodeTransport } from '../../shim/transports/node/transport.js'

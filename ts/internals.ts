// What tests look at from within, in the instance that they import. No part of the package.
export { Drive } from './drive.js'
export { current } from './libcurl.js'

// The page of the tests: lets a test call what client.js does.
import { run } from './client.js'

globalThis.run = run

// A contestant of relay.mjs in Node: a client process that measures one round (see ../measure.mjs). Its argument is the
// task, with the contestant's name, the relay's URL, and the CA certificate.
import { round } from '../measure.mjs'
import { contestants } from './contestants.js'
import { libraries } from './libraries-node.mjs'
import { kindsOf } from './work.js'

const { contestant, relay, ca } = JSON.parse(process.argv[2])
await round(kindsOf(async () => contestants[contestant](await libraries[contestant](), { relay, ca })))
// some contestants leave timers behind
process.exit()

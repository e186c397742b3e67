// A contestant of relay.mjs in Node: a client process, which measures one round (see ../measure.mjs). Its argument is the
// task, with the contestant's name, the relay and the certificate of the authority.
import { round } from '../measure.mjs'
import { contestants } from './contestants.js'
import { libraries } from './libraries-node.mjs'
import { kindsOf } from './work.js'

const { contestant, relay, ca } = JSON.parse(process.argv[2])
await round(kindsOf(async () => contestants[contestant](await libraries[contestant](), { relay, ca })))
// some leave timers behind
process.exit()

// The same in a Worker.
import { run } from './client.js'

onmessage = async ({ data: [args, options] }) => postMessage(await run(args, options))

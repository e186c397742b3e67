#!/usr/bin/env node
// The relay as a command: Wisp and wsproxy for clients that can only open WebSockets. See docs/relay.md.
import { main } from './dist/main.js'

const status = await main(process.argv.slice(2))
if (status !== null) process.exitCode = status

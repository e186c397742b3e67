// Runs a server that is a program of its own, as a child process.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import net from 'node:net'

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)))
    socket.on('error', () => resolve(false))
  })
}

/** Waits until it listens. False if it has ended instead, for example because another program took a port first. */
async function ready(child: ChildProcess, port: number): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    if (await answers(port)) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

/**
 * Starts a program, which Debian has in /usr/sbin or in the path, and waits until `port` takes connections over TCP.
 * Returns a function that ends it, or null if it has ended before.
 */
export async function startProgram(
  name: string,
  args: string[],
  port: number,
  env: NodeJS.ProcessEnv = process.env,
): Promise<(() => Promise<void>) | null> {
  const program = existsSync(`/usr/sbin/${name}`) ? `/usr/sbin/${name}` : name
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env })
  child.stderr!.resume()
  child.on('error', () => {})
  return (await ready(child, port)) ? () => end(child) : null
}

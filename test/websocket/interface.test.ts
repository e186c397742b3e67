// The interfaces WebSocket and CloseEvent have the members of their WebIDL, and convert their arguments as it defines.
import { runInNewContext } from 'node:vm'
import { CloseEvent, WebSocket } from 'libcurl-wasm'
import { describe, expect, test } from 'vitest'
import { event, nameOf, opened, url } from './sockets.js'

describe('the interfaces match their WebIDL', () => {
  const CONSTANTS = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 }
  const attributes = ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol', 'binaryType']
  const handlers = ['onopen', 'onmessage', 'onerror', 'onclose']
  const writable = ['binaryType', ...handlers]
  const OurCloseEvent = CloseEvent as unknown as { new (...args: unknown[]): CloseEvent; prototype: CloseEvent }

  test.each([
    ['WebSocket', WebSocket, EventTarget, [...attributes, ...handlers], ['send', 'close'], CONSTANTS],
    ['CloseEvent', OurCloseEvent, Event, ['wasClean', 'code', 'reason'], [], {}],
  ] as const)('%s', (name, object, parent, attributes, operations, constants) => {
    expect(Object.getPrototypeOf(object)).toBe(parent)
    expect(Object.getPrototypeOf(object.prototype)).toBe(parent.prototype)
    expect([object.name, object.length]).toEqual([name, 1])
    expect(() => (object as unknown as () => void)()).toThrow(TypeError)
    expect(() => new (object as unknown as new () => unknown)()).toThrow(TypeError)
    const property = (of: object, key: PropertyKey) => Object.getOwnPropertyDescriptor(of, key)
    const fixed = { writable: false, enumerable: false, configurable: false }
    expect(property(object, 'prototype')).toEqual({ value: object.prototype, ...fixed })
    const hidden = { writable: true, enumerable: false, configurable: true }
    expect(property(object.prototype, 'constructor')).toEqual({ value: object, ...hidden })
    expect(property(object.prototype, Symbol.toStringTag)).toEqual({ ...fixed, value: name, configurable: true })
    for (const [key, value] of Object.entries(constants))
      for (const of of [object, object.prototype])
        expect(property(of, key)).toEqual({ ...fixed, value, enumerable: true })
    for (const key of attributes) {
      const { get, set, enumerable, configurable } = property(object.prototype, key)!
      const isWritable = (writable as readonly string[]).includes(key)
      expect([key, enumerable, configurable, get!.name, set?.name]).toEqual([
        key,
        true,
        true,
        `get ${key}`,
        isWritable ? `set ${key}` : undefined,
      ])
      for (const stranger of [undefined, {}, new EventTarget(), object.prototype]) {
        expect(() => get!.call(stranger)).toThrow(TypeError)
        if (set) expect(() => set.call(stranger, null)).toThrow(TypeError)
      }
    }
    for (const key of operations) {
      const { value, ...how } = property(object.prototype, key)! as { value: (...args: unknown[]) => unknown }
      expect(how).toEqual({ writable: true, enumerable: true, configurable: true })
      expect([value.name, value.length]).toEqual([key, key === 'send' ? 1 : 0])
      for (const stranger of [undefined, {}, new EventTarget()])
        expect(() => value.call(stranger, 'x')).toThrow(TypeError)
    }
    const known = [...attributes, ...operations, ...Object.keys(constants), 'constructor']
    expect(Object.getOwnPropertyNames(object.prototype).sort()).toEqual(known.sort())
  })

  test('a CloseEvent converts its arguments', () => {
    const of = (init?: unknown) => {
      const { wasClean, code, reason, bubbles } = new OurCloseEvent('close', init)
      return [wasClean, code, reason, bubbles]
    }
    expect(of()).toEqual([false, 0, '', false])
    expect(of(null)).toEqual([false, 0, '', false])
    expect(of({ wasClean: 1, code: 65537.9, reason: 'lone \ud800', bubbles: true })).toEqual([
      true,
      1,
      'lone \ufffd',
      true,
    ])
    expect(of({ code: '1000', reason: null })).toEqual([false, 1000, 'null', false])
    expect(String(new OurCloseEvent('close'))).toBe('[object CloseEvent]')
  })

  test('arguments are converted as WebIDL defines', async () => {
    expect(nameOf(() => new WebSocket(url, null as never).close())).toBe('it does not throw')
    expect(nameOf(() => new WebSocket(url, 'a b'))).toBe('SyntaxError')
    expect(nameOf(() => new WebSocket(Symbol('x') as never))).toBe('TypeError')
    const socket = await opened()
    // from another realm, as in test runners that give each file its own
    socket.send(runInNewContext('Uint8Array.of(1, 2).buffer') as ArrayBuffer)
    expect(new Uint8Array((await event<MessageEvent>(socket, 'message')).data as ArrayBuffer)).toEqual(
      Uint8Array.of(1, 2),
    )
    expect(nameOf(() => socket.send(Symbol('x') as never))).toBe('TypeError')
    socket.close(1000.5, null as never)
    expect(await event<CloseEvent>(socket, 'close')).toMatchObject({ code: 1000, reason: 'null' })
  })
})

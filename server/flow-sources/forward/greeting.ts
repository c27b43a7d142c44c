import { createHash, timingSafeEqual } from 'node:crypto'
import { encode } from '@msgpack/msgpack'
import { MsgpackError } from '../msgpack/msgpack-error'
import { MsgpackReader } from '../msgpack/msgpack-reader'
import { ForwardError } from './forward-error'
import type { SharedKeys } from './shared-keys'

/** What came of a PING. */
export type GreetingAnswer = {
  readonly pong: Uint8Array
  /** The sender's own name. */
  readonly hostname: string
  /** Why the sender is sent away; null when it is welcome. */
  readonly refusal: string | null
}

const NONCE_BYTES = 16
const EMPTY = Buffer.alloc(0)

/**
 * Our side of the handshake: HELO with a nonce, the sender's PING that shows it knows the shared key (and its password), and
 * PONG that shows that we know the key as well. One for each connection.
 */
export class Greeting {
  readonly helo: Uint8Array
  readonly #keys: SharedKeys
  readonly #serverName: string
  readonly #nonce: Buffer
  readonly #userSalt: Buffer

  /** `serverName` must differ from the names that senders give themselves: they take an equal one for a loop. */
  constructor(keys: SharedKeys, serverName: string, random: (bytes: number) => Buffer) {
    this.#keys = keys
    this.#serverName = serverName
    this.#nonce = random(NONCE_BYTES)
    this.#userSalt = keys.users.size > 0 ? random(NONCE_BYTES) : EMPTY
    this.helo = encode(['HELO', { nonce: this.#nonce, auth: this.#userSalt, keepalive: true }])
  }

  /** Throws ForwardError when the bytes are no PING. */
  answer(ping: Buffer): GreetingAnswer {
    const { hostname, salt, digest, user, userDigest } = readPing(ping)
    const { key, users } = this.#keys
    let refusal: string | null = null
    if (!isSame(digest, hexDigest(salt, hostname, this.#nonce, key))) refusal = 'shared_key mismatch'
    else if (users.size > 0) {
      const password = users.get(user.toString('utf8'))
      const due = hexDigest(this.#userSalt, user, password ?? this.#nonce)
      if (!isSame(userDigest, due) || password === undefined) refusal = 'username/password mismatch'
    }
    const shown = refusal === null ? hexDigest(salt, this.#serverName, this.#nonce, key) : ''
    const name = refusal === null ? this.#serverName : ''
    return { pong: encode(['PONG', refusal === null, refusal ?? '', name, shown]), hostname: hostname.toString('utf8'), refusal }
  }
}

type Ping = Readonly<Record<'hostname' | 'salt' | 'digest' | 'user' | 'userDigest', Buffer>>

/** Salts are bytes that Fluent Bit sends as text, so nothing is taken for UTF-8 here. */
function readPing(bytes: Buffer): Ping {
  const reader = new MsgpackReader(bytes)
  try {
    const length = reader.readArrayLength()
    if (length >= 4 && reader.readBytes().equals(Buffer.from('PING'))) {
      const [hostname, salt, digest] = [reader.readBytes(), reader.readBytes(), reader.readBytes()]
      const [user, userDigest] = length >= 6 ? [reader.readBytes(), reader.readBytes()] : [EMPTY, EMPTY]
      return { hostname, salt, digest, user, userDigest }
    }
  } catch (error) {
    if (!(error instanceof MsgpackError)) throw error
  }
  throw new ForwardError('refused', 'sent records without the shared key; set it in the sender, too')
}

function hexDigest(...parts: readonly (Buffer | string)[]): string {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

function isSame(shown: Buffer, due: string): boolean {
  const expected = Buffer.from(due)
  return shown.length === expected.length && timingSafeEqual(shown, expected)
}

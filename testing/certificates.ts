import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate and its key as PEM. */
export type Issued = { readonly certificate: string; readonly key: string }

export type Wish = {
  readonly commonName?: string
  /** Groups of a Kubernetes user. */
  readonly organizations?: readonly string[]
  /** Names and addresses of a server. */
  readonly names?: readonly string[]
  readonly notBefore?: Date
  readonly notAfter?: Date
}

const DAY_MS = 86_400_000

/** An authority for tests that signs certificates of servers and clients (ECDSA, P-256). */
export class CertificateAuthority {
  /** Its own certificate as PEM. */
  readonly pem: string
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #name: Buffer

  constructor(name = 'test authority') {
    this.#name = nameOf(name, [])
    const isAuthority = extension(OIDS.basicConstraints, true, sequence(boolean(true)))
    this.pem = this.#certificate(this.#name, this.#keys.publicKey, {}, [isAuthority])
  }

  issue({ commonName = 'test', organizations = [], ...wish }: Wish): Issued {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const names = wish.names ?? []
    const extensions = names.length === 0 ? [] : [extension(OIDS.subjectAltName, false, sequence(...names.map(alternativeName)))]
    return {
      certificate: this.#certificate(nameOf(commonName, organizations), publicKey, wish, extensions),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
  }

  #certificate(subject: Buffer, publicKey: KeyObject, wish: Wish, extensions: readonly Buffer[]): string {
    const algorithm = sequence(oid(OIDS.ecdsaWithSha256))
    const notBefore = wish.notBefore ?? new Date(Date.now() - DAY_MS)
    const notAfter = wish.notAfter ?? new Date(Date.now() + DAY_MS)
    const body = sequence(
      tagged(0xa0, integer(Buffer.from([2]))),
      integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
      algorithm,
      this.#name,
      sequence(time(notBefore), time(notAfter)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      ...(extensions.length === 0 ? [] : [tagged(0xa3, sequence(...extensions))]),
    )
    const signature = sign('sha256', body, this.#keys.privateKey)
    const der = sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])))
    const lines = der.toString('base64').match(/.{1,64}/g) ?? []
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
  }
}

const OIDS = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
}

/** One value of DER (X.690): tag, length, content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes)
}

function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.from([value ? 0xff : 0]))
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const digits = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80)
    bytes.push(...digits)
  }
  return tagged(0x06, Buffer.from(bytes))
}

function time(moment: Date): Buffer {
  return tagged(0x18, Buffer.from(`${moment.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`))
}

function nameOf(commonName: string, organizations: readonly string[]): Buffer {
  const part = (kind: string, text: string) => tagged(0x31, sequence(oid(kind), tagged(0x0c, Buffer.from(text))))
  return sequence(...organizations.map((name) => part(OIDS.organization, name)), part(OIDS.commonName, commonName))
}

function alternativeName(name: string): Buffer {
  if (isIP(name) === 4) return tagged(0x87, Buffer.from(name.split('.').map(Number)))
  if (name === '::1') return tagged(0x87, Buffer.from([...Array.from({ length: 15 }, () => 0), 1]))
  return tagged(0x82, Buffer.from(name))
}

function extension(kind: string, isCritical: boolean, value: Buffer): Buffer {
  return sequence(oid(kind), ...(isCritical ? [boolean(true)] : []), tagged(0x04, value))
}

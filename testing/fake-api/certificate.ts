import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate and its key, both PEM. */
export type Certificate = { readonly certificate: string; readonly key: string }

export type CertificateRequest = {
  readonly commonName: string
  /** Groups of a user, to Kubernetes. */
  readonly organization?: string
  /** DNS names and addresses that the certificate is for. */
  readonly hosts?: readonly string[]
  /** Milliseconds since the epoch; an hour ago and a day ahead when left out. */
  readonly notBefore?: number
  readonly notAfter?: number
}

/** Signs certificates for tests. Node can read certificates but not make them, so their DER is written here. */
export class CertificateAuthority {
  readonly certificate: string
  readonly #name: Buffer
  readonly #key: KeyObject

  constructor(commonName = 'fake authority') {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#key = privateKey
    this.#name = distinguishedName(commonName)
    const basicConstraints = extension('2.5.29.19', sequence(der(0x01, Buffer.of(0xff))), true)
    this.certificate = pem(this.#signed(this.#name, publicKey, [basicConstraints], {}))
  }

  issue(request: CertificateRequest): Certificate {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { commonName, organization, hosts = [] } = request
    const serverAndClientAuth = sequence(objectId('1.3.6.1.5.5.7.3.1'), objectId('1.3.6.1.5.5.7.3.2'))
    const extensions = [extension('2.5.29.37', serverAndClientAuth, false)]
    if (hosts.length > 0) extensions.push(extension('2.5.29.17', sequence(...hosts.map(generalName)), false))
    const certificate = pem(this.#signed(distinguishedName(commonName, organization), publicKey, extensions, request))
    return { certificate, key: privateKey.export({ type: 'sec1', format: 'pem' }).toString() }
  }

  #signed(
    subject: Buffer,
    publicKey: KeyObject,
    extensions: readonly Buffer[],
    validity: Pick<CertificateRequest, 'notBefore' | 'notAfter'>,
  ): Buffer {
    const { notBefore = Date.now() - 3_600_000, notAfter = Date.now() + 86_400_000 } = validity
    const algorithm = sequence(objectId('1.2.840.10045.4.3.2'))
    const body = sequence(
      der(0xa0, der(0x02, Buffer.of(2))),
      der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
      algorithm,
      this.#name,
      sequence(time(notBefore), time(notAfter)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      der(0xa3, sequence(...extensions)),
    )
    return sequence(body, algorithm, bitString(sign('sha256', body, this.#key)))
  }
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function bitString(content: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(0), content]))
}

function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = rest.flatMap((part) => {
    const groups = [part & 0x7f]
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]))
}

function distinguishedName(commonName: string, organization?: string): Buffer {
  const part = (id: string, value: string) => der(0x31, sequence(objectId(id), der(0x0c, Buffer.from(value))))
  const organizations = organization === undefined ? [] : [part('2.5.4.10', organization)]
  return sequence(...organizations, part('2.5.4.3', commonName))
}

/** GeneralizedTime would do for all years, but before 2050 certificates must use UTCTime. */
function time(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(0x17, Buffer.from(text.slice(2)))
}

function extension(id: string, value: Buffer, isCritical: boolean): Buffer {
  const critical = isCritical ? [der(0x01, Buffer.of(0xff))] : []
  return sequence(objectId(id), ...critical, der(0x04, value))
}

function generalName(host: string): Buffer {
  if (isIP(host) === 4) return der(0x87, Buffer.from(host.split('.').map(Number)))
  if (host === '::1') return der(0x87, Buffer.concat([Buffer.alloc(15), Buffer.of(1)]))
  return der(0x82, Buffer.from(host))
}

import type { Cluster } from './cluster'
import { isRecord } from './fields'
import type { ObjectMeta, RawObject } from './object'
import { groupOf } from './object-kinds'

/** A certificate that cert-manager keeps in a Secret, as the object says that asks for it: the Secret itself is never read. */
export type IssuedCertificate = {
  readonly meta: ObjectMeta
  /** Lower case; `*.` stands for one label. */
  readonly dnsNames: readonly string[]
  /** Milliseconds since the epoch; null before it was issued. */
  readonly notAfter: number | null
  /** When it is to be issued again; null where that is not known. */
  readonly renewalTime: number | null
}

/** Certificates by `NS/NAME` of the Secret that holds them. */
export function issuedCertificates(cluster: Cluster): ReadonlyMap<string, IssuedCertificate> {
  return madeSecrets(cluster).certificates
}

/** True when an object of the cluster has the Secret made, so that no manifest holds it. */
export function isSecretMade(cluster: Cluster, place: string): boolean {
  return madeSecrets(cluster).places.has(place)
}

type MadeSecrets = { readonly places: ReadonlySet<string>; readonly certificates: ReadonlyMap<string, IssuedCertificate> }

/** Every TLS setting of every entry asks. */
const found = new WeakMap<Cluster, MadeSecrets>()

function madeSecrets(cluster: Cluster): MadeSecrets {
  const known = found.get(cluster)
  if (known !== undefined) return known
  const places = new Set<string>()
  const certificates = new Map<string, IssuedCertificate>()
  for (const raw of cluster.others) {
    const name = secretMadeBy(raw)
    if (name === null) continue
    const place = `${raw.meta.namespace}/${name}`
    places.add(place)
    if (raw.meta.kind === 'Certificate') certificates.set(place, readCertificate(raw))
  }
  const made = { places, certificates }
  found.set(cluster, made)
  return made
}

/** Name of the Secret that the controller of an object writes; null for objects that make none. */
function secretMadeBy({ meta, body }: RawObject): string | null {
  const spec = isRecord(body.spec) ? body.spec : {}
  const target = isRecord(spec.target) ? spec.target : {}
  switch (groupOf(meta.apiVersion)) {
    case 'cert-manager.io':
      return meta.kind === 'Certificate' && typeof spec.secretName === 'string' ? spec.secretName : null
    case 'external-secrets.io':
      return meta.kind !== 'ExternalSecret' ? null : typeof target.name === 'string' ? target.name : meta.name
    case 'bitnami.com':
      return meta.kind === 'SealedSecret' ? meta.name : null
    default:
      return null
  }
}

function readCertificate({ meta, body }: RawObject): IssuedCertificate {
  const spec = isRecord(body.spec) ? body.spec : {}
  const status = isRecord(body.status) ? body.status : {}
  const names = [spec.commonName, ...(Array.isArray(spec.dnsNames) ? spec.dnsNames : [])]
  return {
    meta,
    dnsNames: names.flatMap((name) => (typeof name === 'string' && name !== '' ? name.toLowerCase() : [])),
    notAfter: timeOf(status.notAfter),
    renewalTime: timeOf(status.renewalTime),
  }
}

function timeOf(text: unknown): number | null {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? null : time
}

import type { Ingress } from '../../model/cluster'
import { ingressHostCovers } from '../../model/host-names'
import { type IssuedCertificate, issuedCertificates } from '../../model/made-secrets'
import type { ClusterView } from '../cluster-view'
import { aboutObject, type FindingDraft, makeFinding } from '../make-finding'

const DAY_MS = 24 * 60 * 60_000
/** Renewal that works comes before. */
const SOON_MS = 21 * DAY_MS
/** How long issuing a certificate again may take. */
const PATIENCE_MS = DAY_MS

/** IN-04: certificates that do not cover the hosts of an Ingress or end soon, by the objects that have them issued. */
export function* findCertificateCover(view: ClusterView): Iterable<FindingDraft | null> {
  const certificates = issuedCertificates(view.cluster)
  if (certificates.size === 0) return
  for (const ingress of view.cluster.ingresses) {
    yield null
    for (const [index, { secretName }] of ingress.tls.entries()) {
      const certificate = secretName === null ? undefined : certificates.get(`${ingress.namespace}/${secretName}`)
      if (certificate === undefined) continue
      yield* uncovered(ingress, index, certificate)
      yield* ending(ingress, index, certificate, view.now)
    }
  }
}

function* uncovered({ meta, tls }: Ingress, index: number, certificate: IssuedCertificate): Iterable<FindingDraft> {
  const { dnsNames } = certificate
  // Without names it is for addresses or for programs, or its names come from elsewhere.
  if (dnsNames.length === 0) return
  for (const host of tls[index]?.hosts ?? []) {
    if (dnsNames.some((name) => ingressHostCovers(name, host.toLowerCase()))) continue
    yield makeFinding('IN-04', aboutObject(meta), {
      field: ['spec', 'tls', index, 'hosts'],
      value: host,
      severity: 'warning',
      message: `${titleOf(certificate)}, which fills the Secret, does not cover ${host}.`,
      why: 'Clients of that host get a certificate for another name, and warn or refuse.',
      fix: 'Add the host to dnsNames of the Certificate, or use another Secret for it.',
      evidence: [`${titleOf(certificate)} is for ${dnsNames.join(', ')}`],
    })
  }
}

function* ending({ meta, tls }: Ingress, index: number, certificate: IssuedCertificate, now: number | null): Iterable<FindingDraft> {
  const { notAfter, renewalTime } = certificate
  if (now === null || notAfter === null || notAfter - now >= SOON_MS) return
  const isOver = notAfter <= now
  // Certificates that are made for days or hours are always about to end.
  if (!isOver && renewalTime !== null && renewalTime + PATIENCE_MS > now) return
  const days = Math.floor((notAfter - now) / DAY_MS)
  yield makeFinding('IN-04', aboutObject(meta), {
    field: ['spec', 'tls', index, 'secretName'],
    value: tls[index]?.secretName ?? '',
    severity: isOver ? 'error' : 'warning',
    message: isOver
      ? `${titleOf(certificate)}, which fills the Secret, has ended.`
      : `${titleOf(certificate)}, which fills the Secret, ends ${days === 0 ? 'within a day' : days === 1 ? 'in a day' : `in ${days} days`}.`,
    why: isOver ? 'Clients refuse the connection.' : 'From then on clients refuse the connection.',
    fix: 'Look at why its issuer does not renew it: the conditions of the Certificate say so.',
    evidence: [
      `${titleOf(certificate)} ends at ${new Date(notAfter).toISOString()}`,
      ...(renewalTime === null ? [] : [`it was to be renewed at ${new Date(renewalTime).toISOString()}`]),
    ],
  })
}

function titleOf({ meta }: IssuedCertificate): string {
  return `Certificate ${meta.namespace}/${meta.name}`
}

'use client'

import { Icon } from '@/components/ui/icon'
import type { PolicyText } from '@/lib/api/details'
import type { SeenMutualTls } from '@/lib/flows/tls-sightings'
import type { MeshAnswer, MeshExemption } from '@/lib/policy/mesh-answer'
import { decidingMeshPolicies } from './deciding-policies'
import { DecidingYaml } from './deciding-yaml'
import { PolicyLink } from './policy-link'
import { plainName } from './ref-words'
import styles from './side-reasons.module.css'
import { VerdictLine } from './verdict-line'

/** What the service mesh at the destination adds to the network's answer: its verdict, who decided, and what it wants of requests. */
export function MeshReasons({
  mesh,
  policies,
  seenTls,
}: {
  mesh: MeshAnswer
  policies: readonly PolicyText[]
  /** What the flow sources state of mutual TLS; null for nothing. */
  seenTls: SeenMutualTls | null
}) {
  return (
    <>
      <VerdictLine verdict={mesh.verdict} words={summary(mesh)} />
      <ul className={styles.misses}>
        {mesh.by.map(({ policy, rule, message }) => (
          <li key={`${policy} ${rule} ${message}`}>
            <Icon name="info" size={14} />
            <span>
              {policy !== null && (
                <>
                  <PolicyLink policy={policy}>{plainName(policy)}</PolicyLink>:{' '}
                </>
              )}
              {message}
            </span>
          </li>
        ))}
        {mesh.requests.map(({ policy, rule, effect, conditions }) => (
          <li key={`request ${policy} ${rule} ${effect}`}>
            <Icon name="info" size={14} />
            <span>
              {REQUEST_WORDS[effect]} {conditions.length === 0 ? 'anything' : conditions.join('; ')} (
              <PolicyLink policy={policy}>{plainName(policy)}</PolicyLink>)
            </span>
          </li>
        ))}
        {mesh.notes.map(({ code, message }) => (
          <li key={`${code} ${message}`}>
            <Icon name="info" size={14} />
            <span>{message}</span>
          </li>
        ))}
      </ul>
      <DecidingYaml deciding={decidingMeshPolicies(mesh)} policies={policies} />
      <p className={styles.others}>
        Destination: {mesh.destination.evidence}
        <br />
        Client: {clientWords(mesh)}
        <br />
        Mutual TLS: {ENCRYPTION_WORDS[mesh.encryption.mutualTls]} {mesh.encryption.because} {seenWords(seenTls)}
      </p>
    </>
  )
}

const REQUEST_WORDS = {
  allow: 'Allows requests with',
  deny: 'Denies requests with',
  external: 'Asks another program about requests with',
} as const

const ENCRYPTION_WORDS = {
  expected: 'expected.',
  'not-expected': 'not expected.',
  unknown: 'cannot tell.',
} as const

function seenWords(seenTls: SeenMutualTls | null): string {
  if (seenTls === null) return 'No flow source says whether it was used.'
  return {
    all: 'Seen by the flow sources.',
    some: 'Seen on some connections, and not on others.',
    none: 'Not used, as the flow sources say.',
  }[seenTls]
}

const EXEMPTIONS: Readonly<Record<MeshExemption, string>> = {
  'not-tcp': 'The mesh carries TCP only.',
  'excluded-port': 'This port goes around the proxy.',
  'proxy-port': 'This is a port of the proxy itself.',
}

function summary({ exemption, by, verdict }: MeshAnswer): string {
  if (exemption !== null) return EXEMPTIONS[exemption]
  return by.length === 0 && verdict === 'allowed' ? 'No mesh policy limits it.' : ''
}

function clientWords({ client }: MeshAnswer): string {
  if (client.identity === null) return `${client.evidence} It shows no certificate of this mesh.`
  const doubt = client.isMember === 'perhaps' ? ', if it is a member' : ''
  return `It shows the certificate of ${client.identity}${doubt}.`
}

/** The mesh as a heading: `Service mesh (Istio)`. */
export function meshTitle({ mesh, dataplane }: MeshAnswer): string {
  if (mesh === 'linkerd') return 'Service mesh (Linkerd)'
  return dataplane === 'ambient' ? 'Service mesh (Istio, ambient)' : 'Service mesh (Istio)'
}

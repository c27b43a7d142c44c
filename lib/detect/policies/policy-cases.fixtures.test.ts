import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readManifests } from '@/server/kubernetes/manifests/read-manifests'
import { fixturesDir } from '@/testing/fixtures'
import { readCluster } from '../../model/read-cluster'
import { compilePolicies } from '../../policy/engine'
import { detectFindings } from '../detect-findings'

const cases = join(fixturesDir() ?? '', 'policy')

/** Errors and warnings over the first manifests of a case. */
async function graveFindings(name: string): Promise<readonly string[]> {
  const files = readdirSync(join(cases, name)).filter((file) => file.endsWith('.yaml'))
  const { documents } = await readManifests(join(cases, name, files.includes('before.yaml') ? 'before.yaml' : (files.sort()[0] ?? '')))
  const cluster = readCluster(documents, { name, source: 'manifests' })
  return detectFindings(cluster, compilePolicies(cluster))
    .filter(({ id, severity }) => severity !== 'info' && (id.startsWith('NP-') || id === 'DS-04'))
    .map(({ id, object, field }) => `${id} ${object.ref} ${field ?? ''}`.trim())
}

/** What is wrong in them on purpose, or really. */
const WRONG: readonly (readonly [name: string, finding: string])[] = [
  ['conn-named-port', 'NP-07 NetworkPolicy:helloworld/enable-ingress-from-named-port spec.ingress[0].ports[0].port'],
  ['explain-named-port', 'NP-07 NetworkPolicy:helloworld/enable-ingress-from-named-port spec.ingress[0].ports[0].port'],
  ['e2e-cidr-except-pod-ip', 'NP-08 NetworkPolicy:x/allow-client-a-via-cidr-egress-rule spec.egress[0].to[0]'],
  ['recipe-01-deny-all', 'NP-03 default/web[Pod]'],
  ['cnp-admin-gress', 'NP-15 ClusterNetworkPolicy:gress-rules spec.egress[1]'],
  ['conn-anp-core-6-swapped', 'NP-15 AdminNetworkPolicy:ingress-udp-rules-swap spec.ingress[1]'],
  ['conn-onlineboutique', 'NP-13 svc:default/frontend-external'],
  ['conn-anp-pass', 'NP-04 NetworkPolicy:foo-ns-1/restrict-egress-to-bar-ns spec.egress'],
  ['calico-map-mixed-k8s', 'NP-04 NetworkPolicy:kube-system/testcase25-networkpolicy spec.egress'],
]

const RIGHT: readonly string[] = [
  ...['calico-cnp-admin-deny', 'calico-cnp-baseline-egress', 'calico-cnp-trace-across-tiers', 'calico-map-ports-pass'],
  ...['cilium-all-ingress-deny', 'cilium-client-ingress-from-client2', 'cilium-echo-ingress-other-client-deny'],
  ...['cnp-admin-inline-cidr', 'conn-anp-banp-blog', 'conn-anp-named-port', 'conn-anp-networks', 'conn-end-port'],
  ...['conn-ipblock-policy-a', 'conn-minimal-in-namespace', 'diff-end-port-equivalent', 'diff-named-ports'],
  ...['e2e-default-deny-ingress', 'e2e-ingress-named-port', 'e2e-ns-and-pod-selector', 'e2e-protocol-only', 'e2e-sctp-is-not-tcp'],
  ...['explain-anp-banp-blog', 'explain-anp-named-port', 'recipe-04-own-namespace', 'recipe-09-port-and-service'],
]

describe.skipIf(fixturesDir() === null)('policy cases', () => {
  test.each(WRONG)('%s shows %s', async (name, finding) => {
    expect(await graveFindings(name)).toContain(finding)
  })

  test.each(RIGHT)('%s has nothing graver than information', async (name) => {
    expect(await graveFindings(name)).toEqual([])
  })
})

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readManifests } from '@/server/kubernetes/manifests/read-manifests'
import { fixturesDir } from '@/testing/fixtures'
import { readCluster } from '../model/read-cluster'
import { compilePolicies } from '../policy/engine'
import { detectFindings } from './detect-findings'
import type { Finding } from './finding'

const clusters = join(fixturesDir() ?? '', 'clusters')
/** Hours after the recordings, so that nothing is young. */
const LATER = Date.parse('2026-11-22T20:00:00Z')

/** Policies, entries and meshes have suites of their own. */
const JUDGED = /^(?:SV|DS|PP|CT|LB|EX|MO|DN)-/

/** What a real API server said of a set, together with the cluster below it. */
async function live(folder: string): Promise<readonly Finding[]> {
  const paths = [`${folder}/live.json`, ...(folder === 'base-cluster' ? [] : ['base-cluster/live.json'])]
  const read = await Promise.all(paths.map((path) => readManifests(join(clusters, path))))
  const documents = read.flatMap(({ documents }) => documents.map(({ body }) => ({ body, origin: null })))
  const cluster = readCluster(documents, { name: 'fixture', source: 'live' })
  return detectFindings(cluster, compilePolicies(cluster), { now: LATER, traffic: null })
}

async function manifests(folder: string): Promise<readonly Finding[]> {
  const files = readdirSync(join(clusters, folder)).filter((file) => file.endsWith('.yaml'))
  const read = await Promise.all(files.map((file) => readManifests(join(clusters, folder, file))))
  const defaultNamespace = folder === 'argocd' ? 'argocd' : 'default'
  const cluster = readCluster(
    read.flatMap(({ documents }) => documents),
    { name: 'fixture', source: 'manifests', defaultNamespace },
  )
  return detectFindings(cluster, compilePolicies(cluster))
}

/** Errors and warnings. */
function grave(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ id, severity, object }) => (JUDGED.test(id) && severity !== 'info' ? `${id} ${severity} ${object.ref}` : []))
}

function notes(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ id, severity, object }) =>
    JUDGED.test(id) && severity === 'info' && id !== 'MO-01' ? `${id} ${object.ref}` : [],
  )
}

const noEndpoints = (...names: readonly string[]) => names.map((name) => `SV-01 error svc:${name}`)
const selectsNobody = noEndpoints(...['default', 'ipv6', 'lb', 'prefer', 'prefer-v6-v4'].map((name) => `default/my-service-${name}`))

describe.skipIf(fixturesDir() === null)('real clusters', () => {
  test.each([
    ['argocd', []],
    ['base-cluster', []],
    ['calico-stars', []],
    ['cilium-starwars', ['DN-02 warning default/egress-ip-assign[Deployment]']],
    ['dual-stack', selectsNobody],
    ['emojivoto-linkerd', []],
    ['istio-egress', []],
    ['kube-prometheus', noEndpoints('monitoring/alertmanager-main', 'monitoring/prometheus-k8s')],
    ['online-boutique', ['LB-03 warning svc:default/frontend-external']],
    ['podtato-head', ['LB-03 warning svc:podtato-kubectl/podtato-head-entry']],
    ['sock-shop', ['EX-01 warning monitoring/prometheus-deployment[Deployment]']],
    ['stateful-headless', []],
  ])('%s as it ran: what is wrong, and nothing else', async (folder, expected) => {
    expect(grave(await live(folder))).toEqual(expected)
  })

  test.each([
    ['argocd', []],
    ['calico-stars', []],
    ['cilium-starwars', ['DN-02 warning default/egress-ip-assign[Deployment]']],
    ['dual-stack', selectsNobody],
    ['kube-prometheus', []],
    ['online-boutique', ['LB-03 warning svc:default/frontend-external']],
    ['podtato-head', ['LB-03 warning svc:podtato-kubectl/podtato-head-entry']],
    ['sock-shop', ['EX-01 warning monitoring/prometheus-deployment[Deployment]']],
    ['stateful-headless', []],
    ...['antrea', 'aws-vpc', 'calico', 'canal', 'cilium', 'flannel', 'kube-router'].map((cni): [string, readonly string[]] => [
      `cni-${cni}`,
      [],
    ]),
  ])('%s as manifests', async (folder, expected) => {
    expect(grave(await manifests(folder))).toEqual(expected)
  })

  test('bookinfo: versions of one application behind one Service are meant', async () => {
    const findings = grave(await live('bookinfo-istio'))
    expect(findings.filter((text) => text.startsWith('SV'))).toEqual([])
    expect(findings).toContain('EX-01 warning default/productpage-v1[Deployment]')
  })

  test('ingress-nginx: traffic that stays on its machine has one machine only', async () => {
    const findings = await live('ingress-nginx')
    expect(findings.find(({ id }) => id === 'SV-08')).toMatchObject({
      severity: 'warning',
      object: { ref: 'svc:ingress-nginx/ingress-nginx-controller' },
      message: '2 of 3 machines have no ready endpoint and drop what arrives there for the Service.',
    })
  })

  test('traefik: a Service for UDP before pods that listen for TCP, and one that selects nothing', async () => {
    const findings = grave(await live('traefik'))
    expect(findings.filter((text) => text.startsWith('SV'))).toEqual([
      'SV-01 error svc:other-ns/whoami',
      'SV-18 warning svc:default/whoamiudp',
    ])
  })

  test('an operator that is not in the manifests makes pods, and its pods are missed where they would be', async () => {
    const prometheus = (findings: readonly Finding[]) =>
      findings.find(({ id, object }) => id === 'SV-01' && object.name === 'prometheus-k8s')
    expect(prometheus(await manifests('kube-prometheus'))).toMatchObject({ severity: 'info' })
    expect(prometheus(await live('kube-prometheus'))?.evidence).toContain('Prometheus monitoring/k8s exists, and there are no pods of it')
  })

  test('what is worth knowing', async () => {
    expect(notes(await live('argocd'))).toEqual([
      'SV-04 svc:argocd/argocd-notifications-controller-metrics',
      'SV-16 argocd/argocd-application-controller[StatefulSet]',
    ])
    expect(notes(await live('dual-stack'))).toEqual(['DS-03 svc:default/my-service-lb'])
    expect(notes(await live('stateful-headless'))).toEqual([0, 1, 2].map((index) => `SV-13 svc:argocd/argocd-redis-ha-announce-${index}`))
  })
})

type Recorded = { readonly resource: string; readonly type: string; readonly t: number; readonly object: Body }
type Body = { readonly metadata: { readonly namespace?: string; readonly name?: string } }

describe.skipIf(fixturesDir() === null)('a recorded roll-out', () => {
  /** What is found about the Services after each step, as the watch events built it up. */
  async function findingsOverTime(): Promise<(at: number) => readonly string[]> {
    const { readFileSync } = await import('node:fs')
    const folder = join(clusters, 'watch-rollout')
    const lists: Readonly<Record<string, { readonly items: readonly Body[] }>> = JSON.parse(
      readFileSync(join(folder, 'lists.json'), 'utf8'),
    )
    const events: readonly Recorded[] = readFileSync(join(folder, 'watch.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
    const types: Readonly<Record<string, object>> = {
      pods: { apiVersion: 'v1', kind: 'Pod' },
      services: { apiVersion: 'v1', kind: 'Service' },
      endpointslices: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    }
    return (at) => {
      const held = new Map<string, object>()
      const keyOf = (resource: string, { metadata }: Body) => `${resource} ${metadata.namespace}/${metadata.name}`
      for (const [resource, { items }] of Object.entries(lists))
        for (const item of items) held.set(keyOf(resource, item), { ...types[resource], ...item })
      for (const { resource, type, t, object } of events) {
        if (t > at || type === 'BOOKMARK') continue
        if (type === 'DELETED') held.delete(keyOf(resource, object))
        else held.set(keyOf(resource, object), { ...types[resource], ...object })
      }
      const cluster = readCluster(
        [...held.values()].map((body) => ({ body, origin: null })),
        { name: 'rollout', source: 'live' },
      )
      const findings = detectFindings(cluster, compilePolicies(cluster), { now: LATER, traffic: null })
      return findings.flatMap(({ id, object }) => (id.startsWith('SV-') ? `${id} ${object.name}` : []))
    }
  }

  test('findings appear with each mistake and are gone with it', async () => {
    const at = await findingsOverTime()
    expect(at(9)).toEqual([])
    expect(at(25)).toEqual([])
    expect(at(40)).toEqual(['SV-01 podtato-head-hat'])
    expect(at(45)).toEqual([])
    expect(at(51)).toEqual(['SV-03 podtato-head-hat'])
    expect(at(53.9)).toEqual(['SV-03 podtato-head-hat', 'SV-13 podtato-head-entry'])
    expect(at(58)).toEqual(['SV-13 podtato-head-entry'])
    expect(at(68)).toContain('SV-01 podtato-head-entry')
  })
})

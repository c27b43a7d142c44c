import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readManifests } from '@/server/kubernetes/manifests/read-manifests'
import { fixturesDir } from '@/testing/fixtures'
import { readCluster } from '../../model/read-cluster'
import { compilePolicies, type EngineOptions } from '../../policy/engine'
import { detectFindings } from '../detect-findings'
import type { Finding } from '../finding'

const clusters = join(fixturesDir() ?? '', 'clusters')

/** The findings in policies over some folders or files of the cluster fixtures together; recordings only where they are named. */
async function findingsOf(
  paths: readonly string[],
  options: EngineOptions = {},
  more: readonly object[] = [],
): Promise<readonly Finding[]> {
  const read = await Promise.all(paths.map((path) => readManifests(join(clusters, path))))
  const documents = read.flatMap(({ documents }, index) =>
    documents.filter(({ origin }) => paths[index]?.endsWith('.json') || !origin?.file.endsWith('.json')),
  )
  const defaultNamespace = paths[0]?.startsWith('argocd') ? 'argocd' : 'default'
  const added = more.map((body) => ({ body, origin: null }))
  const cluster = readCluster([...documents, ...added], { name: 'fixture', source: 'manifests', defaultNamespace })
  return detectFindings(cluster, compilePolicies(cluster, options)).filter(({ id }) => id.startsWith('NP-') || id === 'DS-04')
}

function brief(findings: readonly Finding[], ...ids: readonly string[]): readonly string[] {
  return findings.filter(({ id }) => ids.includes(id)).map(({ id, severity, object }) => `${id} ${severity} ${object.ref}`)
}

/** What counts as broken or as a likely mistake. */
function grave(findings: readonly Finding[]): readonly string[] {
  return findings.filter(({ severity }) => severity !== 'info').map(({ id, object, field }) => `${id} ${object.ref} ${field ?? ''}`.trim())
}

describe.skipIf(fixturesDir() === null)('policies of real clusters', () => {
  test('sock-shop: the mistakes that it is known for, each at its line', async () => {
    const findings = await findingsOf(['sock-shop'])
    expect(brief(findings, 'NP-01', 'NP-02', 'NP-03', 'NP-12')).toEqual([
      'NP-03 error sock-shop/carts-db[Deployment]',
      'NP-03 error sock-shop/carts[Deployment]',
      'NP-03 error sock-shop/queue-master[Deployment]',
      'NP-03 error sock-shop/session-db[Deployment]',
      'NP-01 warning NetworkPolicy:sock-shop/cart-access',
      'NP-02 warning NetworkPolicy:sock-shop/carts-db-access',
      'NP-02 warning NetworkPolicy:sock-shop/cortex-access',
      'NP-12 info sock-shop',
    ])
    const access = findings.find(({ id }) => id === 'NP-01')
    expect(access?.evidence).toEqual(['sock-shop/carts[Deployment] has label name=carts, wanted name=cart'])
    expect([basename(access?.origin?.file ?? ''), access?.origin?.line]).toEqual(['networkpolicies.yaml', 8])
  })

  test('sock-shop: Prometheus in another namespace is not let in to what it is told to scrape', async () => {
    const cut = brief(await findingsOf(['sock-shop']), 'NP-14')
    expect(cut).toContain('NP-14 warning sock-shop/catalogue[Deployment]')
    expect(cut).not.toContain('NP-14 warning sock-shop/front-end[Deployment]')
  })

  test('sock-shop as it runs: monitoring is cut off there too', async () => {
    const cut = brief(await findingsOf(['sock-shop/live.json', 'base-cluster/live.json']), 'NP-14')
    expect(cut).toContain('NP-14 warning sock-shop/catalogue[Deployment]')
    expect(cut).not.toContain('NP-14 warning sock-shop/front-end[Deployment]')
  })

  test('ingress-nginx as it runs: pods behind an Ingress that do not let its controller in', async () => {
    const closed = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'closed', namespace: 'default' },
      spec: {
        podSelector: { matchLabels: { app: 'nginxhello' } },
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'nginxhello' } } }] }],
      },
    }
    const paths = ['ingress-nginx/live.json', 'base-cluster/live.json']
    expect(brief(await findingsOf(paths), 'NP-13')).toEqual([])
    expect(brief(await findingsOf(paths, {}, [closed]), 'NP-13')).toEqual(['NP-13 warning Ingress:default/nginxhello-ingress'])
    const open = { ...closed, spec: { ...closed.spec, ingress: [{ from: [{ namespaceSelector: {} }] }] } }
    expect(brief(await findingsOf(paths, {}, [open]), 'NP-13')).toEqual([])
  })

  test('online-boutique is right: nothing to say of its namespace', async () => {
    expect(await findingsOf(['online-boutique'])).toEqual([])
  })

  test('argocd is right: an open rule of the server and open egress are information', async () => {
    const findings = await findingsOf(['argocd'])
    expect(grave(findings)).toEqual([])
    expect(brief(findings, 'NP-06', 'NP-11')).toEqual(['NP-06 info NetworkPolicy:argocd/argocd-server-network-policy', 'NP-11 info argocd'])
  })

  test('kube-prometheus as manifests: pods of the operator are not missing, host-network pods are not guarded', async () => {
    const findings = await findingsOf(['kube-prometheus'])
    expect(grave(findings)).toEqual(['NP-09 NetworkPolicy:monitoring/node-exporter spec.podSelector'])
    expect(brief(findings, 'NP-01')).toEqual([
      'NP-01 info NetworkPolicy:monitoring/alertmanager-main',
      'NP-01 info NetworkPolicy:monitoring/prometheus-k8s',
    ])
    expect(brief(findings, 'NP-02')).toContain('NP-02 info NetworkPolicy:monitoring/grafana')
  })

  test('kube-prometheus as it runs without its operator: Prometheus is missing, and so is everybody whom the rules admit', async () => {
    const findings = await findingsOf(['kube-prometheus/live.json', 'base-cluster/live.json'])
    expect(brief(findings, 'NP-01')).toEqual([
      'NP-01 warning NetworkPolicy:monitoring/alertmanager-main',
      'NP-01 warning NetworkPolicy:monitoring/prometheus-k8s',
    ])
    expect(brief(findings, 'NP-02')).toContain('NP-02 warning NetworkPolicy:monitoring/grafana')
    expect(brief(findings, 'NP-03')).toContain('NP-03 error monitoring/grafana[Deployment]')
    expect(findings.find(({ id }) => id === 'NP-02')?.evidence).toContain('Prometheus monitoring/k8s exists, and there are no pods of it')
  })

  test('istio-egress: a policy in an empty namespace, and labels that nobody set', async () => {
    const findings = await findingsOf(['istio-egress'])
    expect(grave(findings)).toEqual([])
    expect(findings.filter(({ id }) => id === 'NP-02').map(({ field }) => field)).toEqual(['spec.egress[0].to[0]', 'spec.egress[1].to[0]'])
  })

  test('calico-stars and cilium-starwars: nothing broken', async () => {
    expect(grave(await findingsOf(['calico-stars']))).toEqual([])
    const starwars = await findingsOf(['cilium-starwars'])
    expect(grave(starwars)).toEqual([])
    expect(brief(starwars, 'NP-06')).toEqual(['NP-06 info CiliumNetworkPolicy:default/empire-default-deny'])
  })

  test.each([
    'podtato-head',
    'bookinfo-istio',
    'dual-stack',
    'emojivoto-linkerd',
    'ingress-nginx',
    'stateful-headless',
    'traefik',
    'gateway-api',
  ])('%s has no policies to find fault with', async (folder) => {
    expect(grave(await findingsOf([folder]))).toEqual([])
  })

  test('Flannel alone enforces nothing; Flannel under Calico is fine', async () => {
    expect(brief(await findingsOf(['online-boutique', 'cni-flannel']), 'NP-10')).toEqual([
      'NP-10 error kube-flannel/kube-flannel-ds[DaemonSet]',
    ])
    expect(brief(await findingsOf(['online-boutique', 'cni-flannel', 'cni-calico']), 'NP-10')).toEqual([])
    expect(brief(await findingsOf(['online-boutique', 'cni-canal']), 'NP-10')).toEqual([])
    expect(brief(await findingsOf(['online-boutique']), 'NP-10')).toEqual([])
  })

  test('policies of Cilium on a cluster with Calico are enforced by nobody', async () => {
    expect(brief(await findingsOf(['cilium-starwars', 'base-cluster/live.json']), 'NP-10')).toContain(
      'NP-10 error CiliumNetworkPolicy:default/rule1',
    )
  })
})

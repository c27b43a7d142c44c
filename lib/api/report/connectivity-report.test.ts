import { expect, test } from 'vitest'
import type { ConnectionRow } from '../../policy/connectivity/connectivity'
import type { Basis } from './basis'
import { connectivityCsv } from './connectivity-csv'
import { connectivityDot } from './connectivity-dot'
import { connectivityJson } from './connectivity-json'
import { connectivityMarkdown } from './connectivity-md'
import { connectivityMermaid } from './connectivity-mermaid'
import { type ConnectivityReport, joinRows, orderRows, RowLimit } from './connectivity-report'
import { connectivityText } from './connectivity-text'

const basis: Basis = {
  profile: 'calico',
  evidence: 'DaemonSet kube-system/calico-node runs',
  assumptions: { ipBlockMatchesPodIPs: false },
  enforcer: {
    plugin: 'Calico',
    enforces: 'yes',
    reason: 'Calico enforces NetworkPolicy',
    evidence: 'DaemonSet kube-system/calico-node is Calico.',
  },
  notEvaluated: [{ policy: 'CiliumNetworkPolicy:shop/x' as never, because: 'other-plugin' }],
}

const report = (): ConnectivityReport => ({
  level: 'workload',
  basis,
  ends: ['dev/shell[Pod]', 'shop/cart[Deployment]', 'shop/web[Deployment]'],
  connections: [
    { src: 'shop/web[Deployment]', dst: 'shop/cart[Deployment]', conns: { TCP: [[80, 80], [8000, 8100]], UDP: [[1, 65535]] } },
    { src: 'ip:0.0.0.0-9.255.255.255', dst: 'shop/web[Deployment]', conns: 'all' },
  ], // biome-ignore format: a row a line
  unknown: [{ src: 'dev/shell[Pod]', dst: 'shop/web[Deployment]', conns: { TCP: [[443, 443]] }, reason: 'fqdn-rule' }],
  isCut: () => false,
})

test('text aligns its columns and says what it rests on', () => {
  expect([...connectivityText(report())].join('')).toBe(`Profile calico (DaemonSet kube-system/calico-node runs).
Assuming ipBlockMatchesPodIPs=false.
Of another plugin, and no part of the verdicts: CiliumNetworkPolicy:shop/x.

SOURCE                              DESTINATION                         ALLOWED
shop/web[Deployment]                shop/cart[Deployment]               TCP 80,8000-8100 UDP
ip:0.0.0.0-9.255.255.255            shop/web[Deployment]                all

SOURCE                              DESTINATION                         UNKNOWN
dev/shell[Pod]                      shop/web[Deployment]                TCP 443 (fqdn-rule)

3 workloads: 2 pairs have an allowed connection, and of 1 the policies cannot tell.
`)
})

test('JSON is a document of the contract, a row a line', () => {
  const text = [...connectivityJson(report())].join('')
  expect(JSON.parse(text)).toEqual({
    apiVersion: 'sluice/v1',
    kind: 'Connectivity',
    level: 'workload',
    basis,
    connections: report().connections,
    unknown: report().unknown,
    complete: true,
  })
  expect(text.split('\n').filter((line) => line.includes('"src"'))).toHaveLength(3)
  expect(JSON.parse([...connectivityJson({ ...report(), connections: [], unknown: [] })].join(''))).toMatchObject({ connections: [] })
})

test('CSV has a line for each pair', () => {
  expect([...connectivityCsv(report())].join('').split('\r\n')).toEqual([
    'source,destination,verdict,connections,reason',
    'shop/web[Deployment],shop/cart[Deployment],allowed,"TCP 80,8000-8100 UDP",',
    'ip:0.0.0.0-9.255.255.255,shop/web[Deployment],allowed,all,',
    'dev/shell[Pod],shop/web[Deployment],unknown,TCP 443,fqdn-rule',
    '',
  ])
})

test('Markdown begins with the answer and folds the rest away', () => {
  const text = [...connectivityMarkdown(report())].join('')
  expect(text.split('\n')[0]).toBe('**2 pairs** of 3 workloads and the outside may connect.')
  expect(text).toContain('| `shop/web[Deployment]` | `shop/cart[Deployment]` | TCP 80,8000-8100 UDP |\n')
  expect(text).toContain('<details><summary>1 of which the policies cannot tell</summary>\n\n|')
  expect(text.length).toBeLessThan(65_536)
})

test('a Markdown table that no longer fits a comment counts what it leaves out', () => {
  const connections = Array.from({ length: 2_000 }, (_, index) => ({ src: `a/p${index}[Pod]`, dst: 'b/q[Pod]', conns: 'all' as const }))
  const text = [...connectivityMarkdown({ ...report(), connections })].join('')
  expect(text.length).toBeLessThan(65_536)
  const shown = text.split('\n').filter((line) => line.startsWith('| `a/p')).length
  expect(text).toContain(`_${2_000 - shown} more are not shown here`)
})

test('DOT draws a box for each namespace and dashes what is unknown', () => {
  const text = [...connectivityDot(report())].join('')
  expect(text).toContain('    label="shop"\n    "shop/cart[Deployment]"\n    "shop/web[Deployment]"\n')
  expect(text).toContain('  "ip:0.0.0.0-9.255.255.255" -> "shop/web[Deployment]" [label="all"]\n')
  expect(text).toContain('[label="TCP 443? fqdn-rule", style=dashed]')
})

test('Mermaid draws outside ends where they come up', () => {
  const text = [...connectivityMermaid(report())].join('')
  expect(text.split('\n').slice(0, 3)).toEqual(['flowchart LR', '  subgraph s0["dev"]', '    n0["dev/shell#91;Pod#93;"]'])
  expect(text).toContain('  n2 -->|"TCP 80#44;8000-8100 UDP"| n1\n')
  expect(text).toContain('  n3("ip:0.0.0.0-9.255.255.255") -->|"all"| n2\n')
  expect(text).toContain('  n0 -.->|"TCP 443 fqdn-rule"| n2\n')
})

test('what comes from outside is listed last, by address', () => {
  const rows: ConnectionRow[] = [
    { src: 'ip:9.0.0.0', dst: 'a/a[Pod]', conns: 'all' },
    { src: 'a/a[Pod]', dst: 'b/b[Pod]', conns: 'all' },
    { src: 'ip:10.0.0.0', dst: 'b/b[Pod]', conns: 'all' },
    { src: 'b/b[Pod]', dst: 'a/a[Pod]', conns: 'all' },
  ]
  expect([...orderRows(rows)].map(({ src }) => src)).toEqual(['a/a[Pod]', 'b/b[Pod]', 'ip:10.0.0.0', 'ip:9.0.0.0'])
})

test('every address of both families is one end for people, only where both have the same', () => {
  const v4 = 'ip:0.0.0.0-255.255.255.255'
  const v6 = 'ip:::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'
  const rows: ConnectionRow[] = [
    { src: v4, dst: 'a/a[Pod]', conns: { TCP: [[80, 80]] } },
    { src: v6, dst: 'a/a[Pod]', conns: { TCP: [[80, 80]] } },
    { src: 'a/a[Pod]', dst: v4, conns: 'all' },
    { src: 'a/a[Pod]', dst: v6, conns: { TCP: [[80, 80]] } },
    { src: v4, dst: 'b/b[Pod]', conns: 'all' },
  ]
  expect([...joinRows(rows)].map(({ src, dst }) => [src, dst])).toEqual([
    ['anywhere outside', 'a/a[Pod]'],
    ['a/a[Pod]', v4],
    ['a/a[Pod]', v6],
    [v4, 'b/b[Pod]'],
  ])
})

test('a limit holds over all lists that share it, and looks no further', () => {
  const limit = new RowLimit(3)
  let asked = 0
  function* numbers(): Iterable<number> {
    for (;;) yield asked++
  }
  expect([...limit.take(['a', 'b'])]).toEqual(['a', 'b'])
  expect(limit.isCut).toBe(false)
  expect([...limit.take(numbers())]).toEqual([0])
  expect([...limit.take(numbers())]).toEqual([])
  expect([limit.isCut, asked]).toEqual([true, 2])
})

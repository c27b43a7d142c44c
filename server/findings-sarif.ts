import { relative, sep } from 'node:path'
import { basisOf } from '@/lib/api/report/basis'
import { findingResults, findingRules } from '@/lib/api/report/findings-sarif'
import { sarifText } from '@/lib/api/report/sarif'
import { DETECTORS } from '@/lib/detect/detectors'
import type { Finding } from '@/lib/detect/finding'
import { locateRef } from '@/lib/model/locate-ref'
import type { ClusterState } from './cluster-state'
import { SLUICE_VERSION } from './version'

/** The findings as a SARIF file, as `sluice lint` prints them. */
export function findingsSarif(findings: readonly Finding[], { cluster, engine }: ClusterState): Response {
  const report = { basis: basisOf(cluster, engine, false), findings, detectors: [...DETECTORS.values()] }
  const text = sarifText({
    version: SLUICE_VERSION,
    rules: findingRules(report),
    results: findingResults(report, ({ ref }) => locateRef(ref, cluster)),
    problems: [],
    pathOf: (file) => relative(process.cwd(), file).split(sep).join('/'),
  })
  return new Response(text, {
    headers: {
      'content-type': 'application/sarif+json; charset=utf-8',
      'cache-control': 'no-store',
      'content-disposition': 'attachment; filename="sluice-findings.sarif"',
    },
  })
}

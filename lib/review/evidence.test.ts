import { describe, expect, test } from 'vitest'
import type { LedgerEntry } from '../flows/window-types'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, aNode, aPod, aWorkload } from '../model/testing/objects'
import { type EvidenceInput, gatherEvidence } from './evidence'
import { evidenceWords } from './evidence-words'
import { aRecordedConnection } from './testing/a-recorded-connection'

const HOUR = 3_600_000
const nightly = aWorkload('batch/v1', 'CronJob', { name: 'nightly', namespace: 'shop' })

function ledger(more: Partial<LedgerEntry> = {}): LedgerEntry {
  return { source: 'hubble', received: 10, stored: 10, sampled: 0, dropped: {}, ignored: {}, queued: 0, lostAtSource: 0, ...more }
}

function gather(more: Partial<EvidenceInput> = {}) {
  return gatherEvidence({
    recorded: [aRecordedConnection({ count: 1_000, firstSeen: 0, lastSeen: 25 * HOUR })],
    cluster: aCluster([aDeployment({ name: 'web', namespace: 'shop' })]),
    ledgers: [ledger()],
    reportingNodes: new Set(),
    range: null,
    ...more,
  })
}

describe('the grade', () => {
  test('is good after a day without a gap, fair after an hour, weak below that', () => {
    const gradeAfter = (hours: number) => gather({ recorded: [aRecordedConnection({ firstSeen: 0, lastSeen: hours * HOUR })] }).grade
    expect([gradeAfter(25), gradeAfter(2), gradeAfter(0.5)]).toEqual(['good', 'fair', 'weak'])
  })

  test('is none when nothing was recorded', () => {
    expect(gather({ recorded: [] })).toMatchObject({ grade: 'none', firstFlow: null, lastFlow: null, hoursCovered: 0 })
  })

  test('rests on the times that the recording gives, where some of its flows have none', () => {
    const recorded = [aRecordedConnection({ firstSeen: 0, lastSeen: 25 * HOUR })]
    const span = { first: 0, last: 2 * HOUR }
    expect(gather({ recorded, span })).toMatchObject({ grade: 'fair', firstFlow: 0, lastFlow: 2 * HOUR, hoursCovered: 2 })
    expect(gather({ recorded, span: null })).toMatchObject({ grade: 'weak', firstFlow: null, lastFlow: null, hoursCovered: 0, flows: 1 })
  })

  test('falls with flows that were lost, wherever that was', () => {
    expect(gather({ ledgers: [ledger({ lostAtSource: 50 })] })).toMatchObject({ grade: 'weak', lost: { atSource: 50, dropped: 0 } })
    expect(gather({ ledgers: [ledger({ dropped: { 'window/edges-full': 50 } })] })).toMatchObject({ grade: 'weak', lost: { dropped: 50 } })
    expect(gather({ ledgers: [ledger({ lostAtSource: 1 })] }).grade).toBe('good')
  })
})

describe('what may be missing', () => {
  test('a job without a recorded connection, under its own name or that of a pod, was not seen running', () => {
    const pod = aPod({ name: 'nightly-1-x', namespace: 'shop', owner: { kind: 'CronJob', name: 'nightly', apiVersion: 'batch/v1' } })
    const cluster = aCluster([nightly, pod])
    expect(gather({ cluster })).toMatchObject({ grade: 'fair', jobsNotSeen: { items: ['shop/nightly[CronJob]'], total: 1 } })
    for (const src of ['shop/nightly[CronJob]', 'shop/nightly-1-x']) {
      expect(gather({ cluster, recorded: [aRecordedConnection({ src })] }).jobsNotSeen.total).toBe(0)
    }
  })

  test('a cluster node that no flow names is silent, also where the source puts the cluster before its name', () => {
    const cluster = aCluster([aNode({ name: 'n1' }), aNode({ name: 'n2' })])
    expect(gather({ cluster, reportingNodes: new Set(['kind/n1']) })).toMatchObject({
      grade: 'weak',
      silentNodes: { items: ['n2'], total: 1 },
    })
    expect(gather({ cluster }).silentNodes).toBeNull()
  })
})

test('the words name what they rest on and every reason for doubt', () => {
  const cluster = aCluster([nightly, aNode({ name: 'n1' }), aNode({ name: 'n2' })])
  const { headline, facts } = evidenceWords(
    gather({
      cluster,
      reportingNodes: new Set(['n1']),
      ledgers: [ledger({ lostAtSource: 1_200, sampled: 3 })],
      recorded: [aRecordedConnection({ count: 1_000, lastSeen: HOUR / 2 })],
    }),
  )
  expect(headline).toBe('Weak evidence: a connection that is missing here may still be needed.')
  expect(facts).toEqual([
    { isWarning: true, text: '30 minutes of traffic: less than a day shows no nightly work.' },
    { isWarning: false, text: '1,000 flows on 1 connection were replayed.' },
    { isWarning: true, text: '1 job not seen running: shop/nightly[CronJob].' },
    { isWarning: true, text: '1 cluster node reported no flows: n2.' },
    { isWarning: true, text: '1,200 flows were lost since the start (1,200 at the sources).' },
    { isWarning: true, text: '3 flows stand behind sampled ones: rare connections may be missing.' },
  ])
  expect(evidenceWords(gather({ recorded: [], ledgers: [] })).facts[0]?.text).toMatch(/^No flow source is connected/)
})

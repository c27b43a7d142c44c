/** Samples of a page in Prometheus text form, by name with labels as they are written. */
export type Metrics = ReadonlyMap<string, number>

export async function readMetrics(url: string): Promise<Metrics> {
  const answer = await fetch(`${url}/metrics`)
  if (!answer.ok) throw new Error(`the server answers ${answer.status} on /metrics`)
  const samples = new Map<string, number>()
  for (const line of (await answer.text()).split('\n')) {
    const space = line.lastIndexOf(' ')
    if (space > 0 && !line.startsWith('#')) samples.set(line.slice(0, space), Number(line.slice(space + 1)))
  }
  return samples
}

/** What became of the records of all sources. */
export type Account = {
  readonly received: number
  readonly stored: number
  readonly queued: number
  readonly lostAtSource: number
  /** `sampled`, and `dropped` and `ignored` by reason. */
  readonly others: ReadonlyMap<string, number>
}

export function accountOf(metrics: Metrics): Account {
  const others = new Map<string, number>()
  let [received, stored, queued, lostAtSource] = [0, 0, 0, 0]
  for (const [name, value] of metrics) {
    if (name.startsWith('sluice_records_queued')) queued += value
    if (name.startsWith('sluice_lost_at_source_total')) lostAtSource += value
    if (!name.startsWith('sluice_records_total')) continue
    const outcome = label(name, 'outcome')
    if (outcome === 'received') received += value
    else if (outcome === 'stored') stored += value
    else if (value > 0) {
      const key = `${outcome} ${label(name, 'reason')}`.trim()
      others.set(key, (others.get(key) ?? 0) + value)
    }
  }
  return { received, stored, queued, lostAtSource, others }
}

/** Records that are in no place of the ledger. */
export function unaccounted({ received, stored, queued, others }: Account): number {
  return received - stored - queued - [...others.values()].reduce((sum, count) => sum + count, 0)
}

function label(name: string, key: string): string {
  const start = name.indexOf(`${key}="`)
  return start === -1 ? '' : name.slice(start + key.length + 2, name.indexOf('"', start + key.length + 2))
}

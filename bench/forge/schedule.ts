import type { SeededRandom } from '@/server/demo/seeded-random'
import type { ForgedRecord } from './record'

export type ScheduleOptions = {
  /** Records come up to this long after their time, each after its own. */
  readonly maxDelayMs: number
  /** Of 100 records, how many come twice. */
  readonly duplicates: number
  /** Of 100 records, how many never come; the source says so afterwards. */
  readonly losses: number
}

/** Records in the order in which they come, each with the moment of its coming. */
export type Schedule = {
  readonly arrivals: readonly { readonly at: number; readonly record: ForgedRecord }[]
  readonly lost: readonly ForgedRecord[]
}

export function schedule(records: readonly ForgedRecord[], random: SeededRandom, options: ScheduleOptions): Schedule {
  const arrivals: { at: number; record: ForgedRecord }[] = []
  const lost: ForgedRecord[] = []
  for (const record of records) {
    if (random.below(100) < options.losses) {
      lost.push(record)
      continue
    }
    const times = random.below(100) < options.duplicates ? 2 : 1
    for (let time = 0; time < times; time++) arrivals.push({ at: record.at + random.below(options.maxDelayMs + 1), record })
  }
  return { arrivals: arrivals.sort((a, b) => a.at - b.at), lost }
}

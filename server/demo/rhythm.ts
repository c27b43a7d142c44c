import { hashText, mixSeeds, seededRandom } from './seeded-random'

const BURST_SLOT_MS = 20_000
const RUSH_SLOT_MS = 60_000

/** Share of slots in which everybody comes at once: a school class, a newsletter, the first warm weekend. */
const RUSH_SHARE = 0.12

/** How busy passengers are at an hour of their day, from 0.08 at night to 1 in the evening. */
export function passengersAt(hour: number): number {
  const around = (peak: number, width: number) => Math.exp(-(((hour - peak) / width) ** 2))
  return Math.min(1, 0.08 + 0.78 * around(10.5, 3.2) + 0.45 * around(14.5, 2.5) + 0.9 * around(19, 2.4))
}

/** Traffic never runs evenly: a factor around 1 that changes every few seconds, different for each connection. */
export function burstAt(seed: number, connection: string, time: number): number {
  const own = seededRandom(mixSeeds(seed, hashText(connection), Math.floor(time / BURST_SLOT_MS))).next()
  return 0.65 + 0.7 * own
}

/** A rush doubles what passengers do, for a minute. */
export function rushAt(seed: number, time: number): number {
  return seededRandom(mixSeeds(seed, 77, Math.floor(time / RUSH_SLOT_MS))).next() < RUSH_SHARE ? 1.9 : 1
}

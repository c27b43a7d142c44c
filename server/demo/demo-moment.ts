import type { DemoWorkload } from './demo-workload'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** One turn of the story, which is also one day of the passengers: 48 minutes, half an hour in a minute. */
export const LOOP_MS = 48 * MINUTE
/** How much earlier than the start flows can be asked for, so that the first screen is full. */
export const BACKFILL_MS = 15 * MINUTE

/**
 * Place in the turn at which a demo starts, on a busy morning: checkout has been blocked for longer than the first screen
 * looks back, so that the screen does not mix what was allowed then with what is denied now.
 */
const START_IN_LOOP_MS = 16 * MINUTE
const START_HOUR = 10.5

/** The release of checkout with the renamed label goes out, and is taken back. */
const CHECKOUT_RENAMED = { from: 0, until: 40 * MINUTE }
/** Seconds between two pods of a rollout. */
const ROLLOUT_STEP_MS = 15 * SECOND
export const CHECKOUT_PODS = 4

/** The mail policy is applied without a rule for name resolution, and repaired. */
const MAIL_WITHOUT_DNS = { from: 1 * MINUTE, until: 34 * MINUTE }

/** How long a run of each job takes. */
const JOB_RUN_MS = 45 * SECOND

/** Most pods that the web shop ever has. */
export const MAX_WEB_PODS = 10

export type JobRun = {
  /** `NS/NAME` of the CronJob. */
  readonly cronJob: string
  /** Milliseconds since the epoch. */
  readonly scheduledAt: number
  readonly isRunning: boolean
}

/** What the demo cluster is like at one time. Two moments with equal `key` have the same objects. */
export type DemoMoment = {
  readonly key: string
  /** How the policies and labels stand; moments with equal `policyKey` give equal verdicts. */
  readonly policyKey: string
  /** Pods of checkout with the renamed label; the others still carry the label that the payments policy wants. */
  readonly renamedCheckoutPods: number
  /** Which label the Deployment asks for; its pods follow one after the other. */
  readonly checkoutLabel: 'renamed' | 'before'
  readonly mailPolicyForgetsDns: boolean
  readonly webPods: number
  readonly jobs: readonly JobRun[]
}

/** The calendar of one demo: what happens when. */
export type DemoCalendar = {
  momentAt(time: number): DemoMoment
  /** Hour of the passengers' day, from 0 up to 24: 48 minutes are one day. */
  hourAt(time: number): number
}

export function demoCalendar(options: { start: number; workloads: readonly DemoWorkload[] }): DemoCalendar {
  const { start, workloads } = options
  return {
    momentAt: (time) => momentIn(inLoop(time - start), hourOf(time - start), jobsAt(time, workloads)),
    hourAt: (time) => hourOf(time - start),
  }
}

/**
 * A moment with the same policies and labels in which every workload runs in every form it has, also the jobs: for
 * questions that must have an answer whoever happens to run.
 */
export function rehearsal(moment: DemoMoment, workloads: readonly DemoWorkload[]): DemoMoment {
  const jobs = workloads.flatMap(({ key, cron }) => (cron === null ? [] : [{ cronJob: key, scheduledAt: 0, isRunning: true }]))
  const isMixed = moment.policyKey.startsWith('both')
  return { ...moment, webPods: MAX_WEB_PODS, jobs, renamedCheckoutPods: isMixed ? CHECKOUT_PODS / 2 : moment.renamedCheckoutPods }
}

function momentIn(place: number, hour: number, jobs: readonly JobRun[]): DemoMoment {
  const renamedCheckoutPods = renamedPods(place)
  const checkoutLabel = place >= CHECKOUT_RENAMED.from && place < CHECKOUT_RENAMED.until ? 'renamed' : 'before'
  const mailPolicyForgetsDns = place >= MAIL_WITHOUT_DNS.from && place < MAIL_WITHOUT_DNS.until
  const webPods = hour < 6 ? 6 : hour >= 17 && hour < 21 ? MAX_WEB_PODS : 8
  const isMixed = renamedCheckoutPods > 0 && renamedCheckoutPods < CHECKOUT_PODS
  const policyKey = `${isMixed ? 'both' : renamedCheckoutPods > 0 ? 'renamed' : 'before'},${mailPolicyForgetsDns ? 'without-dns' : 'with-dns'}`
  const runs = jobs.map((job) => `${job.cronJob}@${job.scheduledAt}${job.isRunning ? '+' : ''}`)
  return {
    key: [policyKey, checkoutLabel, renamedCheckoutPods, webPods, ...runs].join(' '),
    policyKey,
    renamedCheckoutPods,
    checkoutLabel,
    mailPolicyForgetsDns,
    webPods,
    jobs,
  }
}

/** Pods are replaced one after the other, in both directions. */
function renamedPods(place: number): number {
  const steps = (since: number) => Math.min(CHECKOUT_PODS, Math.floor((place - since) / ROLLOUT_STEP_MS) + 1)
  if (place >= CHECKOUT_RENAMED.until) return CHECKOUT_PODS - steps(CHECKOUT_RENAMED.until)
  return steps(CHECKOUT_RENAMED.from)
}

function inLoop(sinceStart: number): number {
  return (((sinceStart + START_IN_LOOP_MS) % LOOP_MS) + LOOP_MS) % LOOP_MS
}

function hourOf(sinceStart: number): number {
  const hours = START_HOUR + (sinceStart / LOOP_MS) * 24
  return ((hours % 24) + 24) % 24
}

/** Runs follow the real clock, as a schedule says; the newest ones that ended are kept, as the CronJob says. */
function jobsAt(time: number, workloads: readonly DemoWorkload[]): JobRun[] {
  return workloads.flatMap(({ key, cron }) => {
    if (cron === null) return []
    const every = cron.everyMinutes * MINUTE
    const offset = cron.offsetMinutes * MINUTE
    const last = Math.floor((time - offset) / every) * every + offset
    const isRunning = time - last < JOB_RUN_MS
    const kept = cron.keptRuns + (isRunning ? 1 : 0)
    return Array.from({ length: kept }, (_, age) => ({ cronJob: key, scheduledAt: last - age * every, isRunning: isRunning && age === 0 }))
  })
}

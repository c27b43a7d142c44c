import { readFileSync } from 'node:fs'

/** What one process uses. Zeros when it has ended. */
export type ProcessUse = {
  /** Processor time since its start, seconds. */
  readonly seconds: number
  /** Time in which its main thread could have run and had no core, seconds. */
  readonly waitedSeconds: number
  readonly residentBytes: number
  /** Of that what is not a file that is mapped: heap and buffers. */
  readonly ownBytes: number
}

/** Ticks of the kernel's clock for processor times, on every Linux that there is. */
const TICKS_PER_SECOND = 100

/** Read from `/proc`: Linux only. */
export function processUse(pid: number): ProcessUse {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return {
      seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      waitedSeconds: Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e9,
      residentBytes: kilobytes(status, 'VmRSS') * 1024,
      ownBytes: kilobytes(status, 'RssAnon') * 1024,
    }
  } catch {
    return { seconds: 0, waitedSeconds: 0, residentBytes: 0, ownBytes: 0 }
  }
}

/** Processes that a process has started and that still run. */
export function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

function kilobytes(status: string, name: string): number {
  const line = status.split('\n').find((each) => each.startsWith(`${name}:`)) ?? ''
  return Number.parseInt(line.slice(name.length + 1).trim(), 10) || 0
}

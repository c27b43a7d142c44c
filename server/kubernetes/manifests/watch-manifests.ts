import type { FSWatcher } from 'node:fs'
import { watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { findManifestFiles } from './find-manifest-files'
import { DEFAULT_MANIFEST_LIMITS } from './limits'

export type WatchTimes = {
  /** Quiet time after the last hint before the files are looked at: editors write in several steps. */
  readonly settleMs: number
  /** Files are looked at this often even without a hint: network file systems give none. */
  readonly pollMs: number
}

const DEFAULT_TIMES: WatchTimes = { settleMs: 150, pollMs: 2_000 }

/** A folder that never comes to rest is looked at after this long all the same. */
const MAX_SETTLE_MS = 1_000

/** More watched folders than this rely on polling alone. */
const MAX_WATCHERS = 500

/**
 * Calls back after manifests below a path changed, until the signal aborts.
 *
 * What counts is the list of files with their sizes, times and inodes; events of the operating system only make the
 * next look come sooner. So deleting, renaming, saving by rename, and swapped links (a mounted ConfigMap) are all
 * seen, also on file systems without events, and a path may be missing for a while. Start it before the first
 * reading, so that nothing falls in between. Standard input never changes.
 */
export function watchManifests(path: string, onChange: () => void, signal: AbortSignal, times: WatchTimes = DEFAULT_TIMES): void {
  if (path === '-' || signal.aborted) return
  const watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | null = null
  let known: string | null = null
  let firstHint: number | null = null

  const hint = (): void => {
    firstHint ??= performance.now()
    lookIn(Math.max(0, Math.min(times.settleMs, firstHint + MAX_SETTLE_MS - performance.now())))
  }
  const lookIn = (delayMs: number): void => {
    if (signal.aborted) return
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => void look(), delayMs)
    timer.unref()
  }

  async function look(): Promise<void> {
    timer = null
    firstHint = null
    const started = performance.now()
    const { fingerprint, folders } = await takeFingerprint(path)
    if (signal.aborted) return
    watchFolders(folders)
    if (known !== null && known !== fingerprint) onChange()
    known = fingerprint
    // A slow file system is looked at less often, so that watching stays a small part of its work.
    if (timer === null) lookIn(Math.max(times.pollMs, 20 * (performance.now() - started)))
  }

  function watchFolders(folders: readonly string[]): void {
    const wanted = new Set(folders)
    for (const [folder, watcher] of watchers) {
      if (wanted.has(folder)) continue
      watcher.close()
      watchers.delete(folder)
    }
    for (const folder of folders.slice(0, MAX_WATCHERS)) {
      if (watchers.has(folder)) continue
      try {
        const watcher = watch(folder, { persistent: false }, hint)
        watcher.on('error', () => {
          watcher.close()
          watchers.delete(folder)
        })
        watchers.set(folder, watcher)
      } catch {
        // Out of watches, or the folder is gone again: polling sees the change.
      }
    }
  }

  signal.addEventListener(
    'abort',
    () => {
      if (timer !== null) clearTimeout(timer)
      for (const watcher of watchers.values()) watcher.close()
    },
    { once: true },
  )
  void look()
}

async function takeFingerprint(path: string): Promise<{ readonly fingerprint: string; readonly folders: readonly string[] }> {
  const { files, folders, problems } = await findManifestFiles(path, DEFAULT_MANIFEST_LIMITS.files)
  const parts = problems.map((problem) => `${problem.file} ${problem.message}`)
  for (const file of files) {
    try {
      const { size, mtimeMs, ctimeMs, ino } = await stat(file)
      parts.push(`${file} ${size} ${mtimeMs} ${ctimeMs} ${ino}`)
    } catch {
      parts.push(`${file} gone`)
    }
  }
  // The folder of a single file is watched, because saving by rename replaces the file itself.
  return { fingerprint: parts.join('\n'), folders: folders.length > 0 ? folders : [dirname(path)] }
}

import { readFileSync } from 'node:fs'
import type { Result } from '@/lib/model/problem'
import { EMPTY_KUBECONFIG, type Kubeconfig } from './kubeconfig'
import type { KubeconfigFiles } from './kubeconfig-files'
import { parseKubeconfig } from './parse-kubeconfig'

/** More than any kubeconfig; a larger file was named by mistake. */
const MAX_BYTES = 16 * 1024 * 1024

/**
 * Reads kubeconfig files into one. Of entries with one name the first counts as a whole, and the first file that names a
 * current context decides. No file at all is an empty kubeconfig; one that cannot be read is an error, as with kubectl.
 */
export function readKubeconfig(files: KubeconfigFiles): Result<Kubeconfig, string> {
  const paths = files.kind === 'named' ? [files.path] : files.paths
  let merged = EMPTY_KUBECONFIG
  for (const path of paths) {
    const text = readText(path)
    if (!text.ok) {
      if (text.error === ABSENT && files.kind === 'found') continue
      return { ok: false, error: `${path}: ${text.error}` }
    }
    const read = parseKubeconfig(text.value, path)
    if (!read.ok) return { ok: false, error: `${path}: ${read.error}` }
    merged = merge(merged, read.value)
  }
  return { ok: true, value: merged }
}

function merge(first: Kubeconfig, next: Kubeconfig): Kubeconfig {
  return {
    currentContext: first.currentContext === '' ? next.currentContext : first.currentContext,
    contexts: new Map([...next.contexts, ...first.contexts]),
    clusters: new Map([...next.clusters, ...first.clusters]),
    users: new Map([...next.users, ...first.users]),
  }
}

const ABSENT = 'no such file'

function readText(path: string): Result<string, string> {
  try {
    const bytes = readFileSync(path)
    return bytes.length > MAX_BYTES
      ? { ok: false, error: `is larger than ${MAX_BYTES} bytes` }
      : { ok: true, value: bytes.toString('utf8') }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    const reasons = new Map([
      ['ENOENT', ABSENT],
      ['ENOTDIR', ABSENT],
      ['EACCES', 'no right to read it'],
      ['EISDIR', 'is a folder, not a file'],
    ])
    return { ok: false, error: reasons.get(code) ?? code }
  }
}

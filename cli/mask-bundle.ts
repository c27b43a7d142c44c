import { resolve } from 'node:path'
import { type MaskedRecording, maskRecording } from '@/lib/bundle/mask/mask-recording'
import type { Recording } from '@/lib/bundle/recording'
import type { Result } from '@/lib/model/problem'
import { describeFileError } from '@/server/kubernetes/manifests/find-manifest-files'
import { digestOf, newMaskKey, readMaskKey, writeMaskKey } from './mask-key'

export type MaskedBundle = Pick<MaskedRecording, 'recording'> & {
  readonly keyPath: string
  /** Writes down what the pseudonyms stand for, once the bundle is written. */
  readonly keep: () => Promise<Result<null, string>>
}

/** Masks a recording with the key of a file, which is made when it is not there. The error is one sentence with the path. */
export async function maskBundle(recording: Recording, path: string, folder: string): Promise<Result<MaskedBundle, string>> {
  const keyPath = resolve(folder, path)
  const read = await readMaskKey(keyPath)
  if (!read.ok) return { ok: false, error: `${keyPath}: ${read.error}` }
  const key = read.value ?? newMaskKey()
  const write = async (words: MaskedRecording['words']): Promise<Result<null, string>> => {
    try {
      const parts = new Map([...key.words.parts, ...words.parts])
      const names = new Map([...key.words.names, ...words.names])
      await writeMaskKey(keyPath, { ...key, words: { parts, names } })
      return { ok: true, value: null }
    } catch (error) {
      return { ok: false, error: `${keyPath}: ${describeFileError(error)}` }
    }
  }
  // Without its key a masked bundle is of little use, so that it is written only where the key can be.
  const isThere = await write(key.words)
  if (!isThere.ok) return isThere
  const masked = maskRecording(recording, digestOf(key))
  return { ok: true, value: { recording: masked.recording, keyPath, keep: () => write(masked.words) } }
}

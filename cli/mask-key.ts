import { createHmac, randomBytes } from 'node:crypto'
import { chmod, open, readFile, rename } from 'node:fs/promises'
import { z } from 'zod'
import type { MaskedWords } from '@/lib/bundle/mask/mask-recording'
import type { Digest } from '@/lib/bundle/mask/pseudonyms'
import type { Result } from '@/lib/model/problem'
import { describeFileError } from '@/server/kubernetes/manifests/find-manifest-files'

const KEY_BYTES = 32
const words = z.array(z.tuple([z.string(), z.string()]))
const keyFile = z.object({
  kind: z.literal('BundleKey'),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  parts: words,
  names: words,
})

/** The key of masked bundles, with the pseudonyms that were made with it. It stays with the owner. */
export type MaskKey = { readonly key: Buffer; readonly words: MaskedWords }

/** A key of chance, with which nothing was masked yet. */
export function newMaskKey(): MaskKey {
  return { key: randomBytes(KEY_BYTES), words: { parts: new Map(), names: new Map() } }
}

/** Reads a key; null when there is no such file. The error is one sentence. */
export async function readMaskKey(path: string): Promise<Result<MaskKey | null, string>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isMissing ? { ok: true, value: null } : { ok: false, error: describeFileError(error) }
  }
  const read = keyFile.safeParse(parsed(text))
  if (!read.success) return { ok: false, error: 'this is no key of a masked bundle' }
  const { key, parts, names } = read.data
  return { ok: true, value: { key: Buffer.from(key, 'hex'), words: { parts: new Map(parts), names: new Map(names) } } }
}

/** Writes a key so that nobody but its owner can read it. Throws the error of the file system. */
export async function writeMaskKey(path: string, { key, words: { parts, names } }: MaskKey): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  const file = await open(partial, 'wx', 0o600)
  try {
    const document = { apiVersion: 'sluice/v1', kind: 'BundleKey', key: key.toString('hex'), parts: [...parts], names: [...names] }
    await file.writeFile(`${JSON.stringify(document, null, 1)}\n`)
  } finally {
    await file.close()
  }
  await chmod(partial, 0o600)
  await rename(partial, path)
}

export function digestOf({ key }: MaskKey): Digest {
  return (text) => createHmac('sha256', key).update(text).digest()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

import { closeSync, openSync, readSync } from 'node:fs'
import { constants, gunzipSync } from 'node:zlib'
import { BundleProblem } from '@/lib/bundle/bundle-problem'
import { parseJson, readHeader } from '@/lib/bundle/bundle-reader'
import type { BundleHeader } from '@/lib/bundle/recording'
import type { Result } from '@/lib/model/problem'
import { describeFileError } from '../kubernetes/manifests/find-manifest-files'

/** A header is a few hundred bytes; however well they are compressed, these become at most 32 MiB. */
const FIRST_BYTES = 32 * 1024

/** What a bundle says of itself, without reading the rest; the error is a sentence. */
export function readBundleHeader(path: string): Result<BundleHeader, string> {
  let start: Buffer
  try {
    start = firstBytes(path)
  } catch (error) {
    return { ok: false, error: describeFileError(error) }
  }
  try {
    const text = gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8')
    const end = text.indexOf('\n')
    const pair = end < 0 ? null : parseJson(text.slice(0, end))
    return { ok: true, value: readHeader(Array.isArray(pair) && pair[0] === 'header' ? pair[1] : null) }
  } catch (error) {
    return { ok: false, error: error instanceof BundleProblem ? error.message : 'this is no bundle: it is not compressed with gzip' }
  }
}

function firstBytes(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(FIRST_BYTES)
    return buffer.subarray(0, readSync(file, buffer, 0, FIRST_BYTES, 0))
  } finally {
    closeSync(file)
  }
}

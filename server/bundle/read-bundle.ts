import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { BUNDLE_LIMITS, type BundleLimits } from '@/lib/bundle/bundle-limits'
import { BundleProblem } from '@/lib/bundle/bundle-problem'
import { BundleReader, parseJson, type ReadRecording } from '@/lib/bundle/bundle-reader'
import { LineSplitter } from '../flow-sources/line-splitter'
import { describeFileError } from '../kubernetes/manifests/find-manifest-files'
import { Turns } from '../turns'
import { END_LINE } from './end-line'

const RATIO_FREE_BYTES = 16 * 1024 * 1024
const CUT_OFF = 'the bundle ends too early: it was cut off, or is still being written'
const DAMAGED = 'the bundle is damaged: it is not what was written'

/** Opens the bundle in a file, or on standard input (`-`). Throws a `BundleProblem`, and nothing else, when it cannot. */
export async function readBundleFile(path: string, limits: BundleLimits = BUNDLE_LIMITS): Promise<ReadRecording> {
  return readBundle(path === '-' ? process.stdin : createReadStream(path), limits)
}

/** Opens a bundle from its bytes, in a stream. Throws a `BundleProblem`, and nothing else, when it cannot. */
export async function readBundle(bytes: AsyncIterable<Uint8Array>, limits: BundleLimits = BUNDLE_LIMITS): Promise<ReadRecording> {
  const reader = new BundleReader(limits)
  const seal = new Seal()
  const splitter = new LineSplitter(limits.lineBytes)
  const turns = new Turns()
  for await (const chunk of inflate(bytes, limits)) {
    for (const { text } of splitter.push(chunk)) take(text)
    await turns.next()
  }
  const rest = splitter.flush()
  if (rest?.text === null) take(null)
  // The last line has its end too.
  if (rest !== null || !seal.isClosed) throw new BundleProblem('cut-off', CUT_OFF, reader.lineCount + 1)
  return reader.finish()

  function take(text: string | null): void {
    const line = reader.lineCount + 1
    if (text === null) throw new BundleProblem('too-large', `longer than ${limits.lineBytes} bytes`, line)
    if (seal.isClosed) throw new BundleProblem('damaged', DAMAGED, line)
    if (seal.close(text)) return
    seal.add(text)
    reader.take(text)
  }
}

/** Follows the lines until the one that seals them. */
class Seal {
  isClosed = false
  private readonly hash: Hash = createHash('sha256')
  private lines = 0

  add(text: string): void {
    this.lines++
    this.hash.update(text).update('\n')
  }

  /** True for the last line. Throws when it seals other lines than these. */
  close(text: string): boolean {
    if (!text.startsWith(`["${END_LINE}",`)) return false
    const end = parseJson(text)
    const { lines, sha256 } = Object(Array.isArray(end) ? end[1] : null) as { readonly lines?: unknown; readonly sha256?: unknown }
    if (lines !== this.lines || sha256 !== this.hash.digest('hex')) throw new BundleProblem('damaged', DAMAGED, this.lines + 1)
    this.isClosed = true
    return true
  }
}

async function* inflate(bytes: AsyncIterable<Uint8Array>, limits: BundleLimits): AsyncGenerator<Uint8Array> {
  const sent = { bytes: 0 }
  let failure: unknown = null
  const gunzip = createGunzip()
  const feeding = pipeline(Readable.from(counted(bytes, sent, limits)), gunzip).catch((error: unknown) => {
    failure = error
  })
  let inflated = 0
  try {
    for await (const chunk of gunzip) {
      inflated += chunk.length
      if (inflated > limits.inflatedBytes) throw new BundleProblem('too-large', `over ${limits.inflatedBytes} bytes when inflated`)
      if (inflated > RATIO_FREE_BYTES && inflated > sent.bytes * limits.ratio)
        throw new BundleProblem('too-large', `inflates more than ${limits.ratio} times`)
      yield chunk
    }
  } catch (error) {
    throw asProblem(failure ?? error)
  } finally {
    gunzip.destroy()
    await feeding
  }
  if (failure !== null) throw asProblem(failure)
}

async function* counted(bytes: AsyncIterable<Uint8Array>, sent: { bytes: number }, limits: BundleLimits): AsyncGenerator<Uint8Array> {
  let isFirst = true
  for await (const chunk of bytes) {
    if (isFirst && chunk.length > 0) {
      // Every gzip file begins with these; half of the first one is not worth waiting for.
      if (chunk[0] !== 0x1f || (chunk.length > 1 && chunk[1] !== 0x8b))
        throw new BundleProblem('foreign', 'this is no bundle: it is not compressed with gzip')
      isFirst = false
    }
    sent.bytes += chunk.length
    if (sent.bytes > limits.bytes) throw new BundleProblem('too-large', `over ${limits.bytes} bytes`)
    yield chunk
  }
  if (isFirst) throw new BundleProblem('foreign', 'this is no bundle: there is nothing in it')
}

function asProblem(error: unknown): BundleProblem {
  if (error instanceof BundleProblem) return error
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'Z_BUF_ERROR') return new BundleProblem('cut-off', CUT_OFF, null, { cause: error })
  if (typeof code === 'string' && code.startsWith('Z_')) return new BundleProblem('damaged', DAMAGED, null, { cause: error })
  return new BundleProblem('foreign', describeFileError(error), null, { cause: error })
}

import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip, type Gzip } from 'node:zlib'
import { END_LINE } from './end-line'

/** Lines that are compressed at once; between two such pieces the process answers others. */
const CHUNK_CHARACTERS = 256 * 1024

/** The bytes of a bundle of these lines, compressed, with a last line that says how many there are and what they hash to. */
export async function* bundleBytes(lines: Iterable<string>): AsyncGenerator<Uint8Array> {
  const gzip: Gzip = createGzip({ level: constants.Z_DEFAULT_COMPRESSION })
  const feeding = pipeline(Readable.from(sealed(lines), { objectMode: false, highWaterMark: CHUNK_CHARACTERS }), gzip)
  // Reported by whoever reads the other end.
  feeding.catch(() => undefined)
  try {
    for await (const chunk of gzip) yield chunk
    await feeding
  } finally {
    gzip.destroy()
  }
}

function* sealed(lines: Iterable<string>): Generator<string> {
  const hash = createHash('sha256')
  let count = 0
  let chunk = ''
  for (const line of lines) {
    count++
    chunk += `${line}\n`
    if (chunk.length < CHUNK_CHARACTERS) continue
    hash.update(chunk)
    yield chunk
    chunk = ''
  }
  hash.update(chunk)
  yield `${chunk}${JSON.stringify([END_LINE, { lines: count, sha256: hash.digest('hex') }])}\n`
}

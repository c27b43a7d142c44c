import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { BUNDLE_LIMITS } from '@/lib/bundle/bundle-limits'
import { bundleLines } from '@/lib/bundle/bundle-lines'
import { BundleProblem } from '@/lib/bundle/bundle-problem'
import { aRecording } from '@/lib/bundle/testing/a-recording'
import { readBundle, readBundleFile } from './read-bundle'
import { bundleBytes } from './write-bundle'

const documents = Array.from({ length: 500 }, (_, index) => ({
  origin: null,
  body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: `web-${index}`, namespace: 'shop', uid: `${index * 7919}` } },
}))

async function whole(lines: Iterable<string> = bundleLines(aRecording({ documents }))): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bundleBytes(lines)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* pieces(bytes: Uint8Array, size = 4_096): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

async function faultOf(bytes: Uint8Array, limits = BUNDLE_LIMITS): Promise<string> {
  try {
    await readBundle(pieces(bytes), limits)
    return 'none'
  } catch (error) {
    if (!(error instanceof BundleProblem)) throw error
    return error.fault
  }
}

test('what was written is read, in pieces of any size', async () => {
  const bytes = await whole()
  for (const size of [1, 7, 100_000]) {
    const read = await readBundle(pieces(bytes, size))
    expect([read.documents.length, read.header.cluster]).toEqual([500, 'test'])
  }
})

describe('what is no whole bundle is refused', () => {
  test('cut off anywhere, also where the compression still holds', async () => {
    const bytes = await whole()
    for (const end of [30, 200, bytes.length - 9, bytes.length - 1]) expect(await faultOf(bytes.subarray(0, end))).toBe('cut-off')
    const text = gunzipSync(bytes).toString()
    expect(await faultOf(gzipSync(text.slice(0, -40)))).toBe('cut-off')
    expect(await faultOf(gzipSync(`${text.split('\n').slice(0, -2).join('\n')}\n`))).toBe('cut-off')
  })

  test('damaged: a byte of the file, or a letter of the text', async () => {
    const bytes = await whole()
    const broken = Buffer.from(bytes)
    broken[broken.length - 5] = (broken[broken.length - 5] ?? 0) ^ 255
    expect(await faultOf(broken)).toBe('damaged')
    const text = gunzipSync(bytes).toString()
    expect(await faultOf(gzipSync(text.replace('web-17', 'web-71')))).toBe('damaged')
    expect(await faultOf(gzipSync(`${text}["document",{}]\n`))).toBe('damaged')
  })

  test.each([['hello'], [''], ['{"kind":"Bundle"}']])('something else: %j', async (text) => {
    expect(await faultOf(Buffer.from(text))).toBe('foreign')
    expect(await faultOf(gzipSync(`${text}\n`))).toBe('foreign')
  })

  test('a file that is not there', async () => {
    await expect(readBundleFile('/nowhere/a.sluice.gz')).rejects.toThrow('no such file or folder')
  })
})

describe('a hostile bundle costs no more than its limit', () => {
  const [header = ''] = bundleLines(aRecording())

  test('one that inflates without end', async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(`${header}\n`), Buffer.alloc(32 * 1024 * 1024, `["x","${'a'.repeat(1_000_000)}"]\n`)]))
    expect(await faultOf(bomb)).toBe('too-large')
    expect(await faultOf(bomb, { ...BUNDLE_LIMITS, ratio: 1e9, inflatedBytes: 1_000_000 })).toBe('too-large')
    expect(await faultOf(bomb, { ...BUNDLE_LIMITS, bytes: 1_000 })).toBe('too-large')
  })

  test('one line without end', async () => {
    expect(await faultOf(gzipSync(`${header}\n["document","${'a'.repeat(9 * 1024 * 1024)}`))).toBe('too-large')
  })

  test('a million documents', async () => {
    const line = '["document",{"origin":null,"body":null}]\n'
    const lines = Buffer.concat([Buffer.from(`${header}\n`), Buffer.alloc(line.length * 500_000, line)])
    expect(await faultOf(gzipSync(lines, { level: 1 }), { ...BUNDLE_LIMITS, documents: 100_000, ratio: 10_000 })).toBe('too-large')
  })

  test('a map inside a map inside a map', async () => {
    expect(await faultOf(gzipSync(`${header}\n["document",${'{"a":'.repeat(100_000)}`))).toMatch(/cut-off|too-large/)
    expect(await faultOf(gzipSync(`${header}\n["document",${'{"a":'.repeat(100_000)}\n`))).toBe('too-large')
  })
})

import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Result } from '@/lib/model/problem'
import type { CommandContext } from './command'

/**
 * Writes bytes to a file, or to standard output (`-`), no faster than they are taken; gives how many there were. A file is
 * there whole or not at all. The error is one sentence.
 */
export async function writeBytes(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  { stdout, drained, folder }: CommandContext,
): Promise<Result<number, string>> {
  let written = 0
  if (path === '-') {
    for await (const chunk of bytes) {
      stdout(chunk)
      written += chunk.length
      if (!(await drained())) break
    }
    return { ok: true, value: written }
  }
  const target = resolve(folder, path)
  const partial = `${target}.${process.pid}.partial`
  try {
    const file = await open(partial, 'wx')
    try {
      for await (const chunk of bytes) {
        await file.write(chunk)
        written += chunk.length
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, target)
    return { ok: true, value: written }
  } catch (error) {
    await rm(partial, { force: true })
    return { ok: false, error: `cannot be written: ${error instanceof Error ? error.message : String(error)}` }
  }
}

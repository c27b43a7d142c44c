import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EmbeddedEngine, engineProgram } from '../engine/embedded-engine'

/** True where chDB has a library for this machine; tests of the store are skipped without it. */
export const HAS_CHDB = hasLibrary()

export type TestEngine = { readonly engine: EmbeddedEngine; readonly folder: string; readonly remove: () => Promise<void> }

/** A store process on a folder of its own; one is enough for a whole file of tests. */
export async function openEmbedded(): Promise<TestEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-store-'))
  const engine = new EmbeddedEngine({ folder, program: engineProgram(process.cwd()), now: () => Date.now() })
  // The library is large: reading it for the first time takes longer than a test may.
  await engine.command({ sql: 'CREATE DATABASE IF NOT EXISTS sluice', parameters: {} })
  const remove = async () => {
    await engine.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { engine, folder, remove }
}

function hasLibrary(): boolean {
  const { platform, arch } = process
  const name = `lib-${platform}-${arch}${platform === 'linux' ? '-gnu' : ''}`
  try {
    const chdb = createRequire(join(process.cwd(), 'package.json')).resolve('chdb/package.json')
    return existsSync(join(dirname(dirname(chdb)), '@chdb', name))
  } catch {
    return false
  }
}

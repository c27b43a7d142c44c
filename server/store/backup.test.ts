import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { EmbeddedEngine, engineProgram } from './engine/embedded-engine'
import { migrate } from './schema/migrate'
import { SETUP_LIMITS } from './sql/query-limits'
import { HAS_CHDB } from './testing/open-embedded'

const run = promisify(execFile)

test.skipIf(!HAS_CHDB)(
  'the commands of docs/storage.md bring a store back, and one folder serves one process',
  async () => {
    const base = await mkdtemp(join(tmpdir(), 'sluice-backup-'))
    onTestFinished(() => rm(base, { recursive: true, force: true }))
    const folder = join(base, '.sluice', 'data')
    const open = () => new EmbeddedEngine({ folder, program: engineProgram(process.cwd()), now: () => Date.now() })
    const schema = { database: 'sluice', placement: { kind: 'single' as const }, keptDays: 14 }
    const engine = open()
    await migrate(engine, schema)
    await engine.command({
      sql: "INSERT INTO sluice.flows (cluster, slot, seq) SELECT 'c', now(), number FROM numbers(1000)",
      parameters: {},
    })

    const second = open()
    const refusal = await migrate(second, schema).catch((error) => error)
    expect(refusal).toMatchObject({ failure: 'in-use', message: expect.stringContaining(`is used by process ${process.pid}`) })
    await second.close()
    await engine.close()

    await run('tar', ['-czf', 'sluice-store.tar.gz', '-C', '.sluice', 'data'], { cwd: base })
    await rm(join(base, '.sluice', 'data'), { recursive: true })
    await mkdir(join(base, '.sluice'), { recursive: true })
    await run('tar', ['-xzf', 'sluice-store.tar.gz', '-C', '.sluice'], { cwd: base })
    const restored = open()
    await migrate(restored, schema)
    expect(await restored.query({ sql: 'SELECT count() FROM sluice.flows', parameters: {} }, SETUP_LIMITS)).toEqual([['1000']])
    await restored.close()
  },
  60_000,
)

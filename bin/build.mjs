// @ts-check
import { buildApp } from './build-app.mjs'
import { buildCli } from './build-cli.mjs'
import { explainFailure } from './explain-failure.mjs'
import { refuseOldNode } from './node-version.mjs'

refuseOldNode()
try {
  await buildCli()
  await buildApp()
} catch (error) {
  process.stderr.write(`sluice: ${explainFailure(error)}\n`)
  process.exit(1)
}

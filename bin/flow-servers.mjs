// @ts-check
// Builds the servers of the flow tests and says where they are. Needs no packages, so that it can run beside their install.
import { buildFlowServers } from './build-flow-servers.mjs'
import { explainFailure } from './explain-failure.mjs'

try {
  const built = await buildFlowServers()
  process.stdout.write('program' in built ? `${built.program}\n` : `No flow servers: they need ${built.missing}.\n`)
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`)
  process.exit(1)
}

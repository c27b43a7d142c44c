// @ts-check
// Builds the control plane of the cluster tests and says where it is. Needs no packages, so that it can run beside their install.
import { buildControlPlane } from './build-control-plane.mjs'
import { explainFailure } from './explain-failure.mjs'

try {
  const built = await buildControlPlane()
  process.stdout.write('program' in built ? `${built.program}\n` : `No control plane: that needs ${built.missing}.\n`)
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`)
  process.exit(1)
}

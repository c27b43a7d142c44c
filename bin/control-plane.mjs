// @ts-check
// Builds the control plane of the cluster tests and says where it is. Needs no packages, so that it can run beside their install.
import { buildControlPlane } from './build-control-plane.mjs'
import { explainFailure } from './explain-failure.mjs'

try {
  process.stdout.write(`${(await buildControlPlane()) ?? 'No control plane: that needs Linux and Go.'}\n`)
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`)
  process.exit(1)
}

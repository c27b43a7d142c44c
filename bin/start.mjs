// Parsed by every Node that knows modules, so that an old one gets a line and not a syntax error.
import { surviveClosedPipes } from './closed-pipes.mjs'
import { refuseOldNode } from './node-version.mjs'

refuseOldNode()
surviveClosedPipes()
import('./install.mjs')
  .then(({ install }) => install())
  .then(() => import('./run-sluice.mjs'))
  .then(({ runSluice }) => runSluice(['serve', ...process.argv.slice(2)]))

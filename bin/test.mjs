// Parsed by every Node that knows modules, so that an old one gets a line and not a syntax error.
import { refuseOldNode } from './node-version.mjs'

refuseOldNode()
import('./install.mjs')
  .then(({ install }) => install())
  .then(() => import('./run-tests.mjs'))
  .then(({ runTests }) => runTests(process.argv.slice(2)))

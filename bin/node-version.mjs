/** Ends the process with one line when this Node is older than what package.json asks for. */
export function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 20)) return
  process.stderr.write(`Sluice needs Node.js 20.20 or newer; this is ${process.versions.node}.\n`)
  process.exit(1)
}

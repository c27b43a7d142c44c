// @ts-check
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildGoProgram, moduleFolder } from './build-go-program.mjs'

/** The control plane that the cluster tests run against. It tells and decides by the version of Kubernetes. */
export function buildControlPlane() {
  const version = moduleVersion()
  return buildGoProgram({
    name: 'control-plane',
    title: `the control plane, Kubernetes ${version}`,
    duration: 'about ten minutes',
    variable: 'SLUICE_CONTROL_PLANE',
    linked: `-X k8s.io/component-base/version.gitVersion=${version}`,
  })
}

function moduleVersion() {
  const module = readFileSync(join(moduleFolder('control-plane'), 'go.mod'), 'utf8')
  const version = /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(module)?.[1]
  if (version === undefined) throw new Error('e2e/control-plane/go.mod does not say which Kubernetes it takes')
  return version
}

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runMain } from '@/cli/testing/run-main'
import { type ControlPlane, startControlPlane } from './control-plane'
import { eventually } from './eventually'
import { writeKubeconfig } from './kubeconfig'
import { aNamespace } from './objects'
import { makeToken } from './service-account'

const PACKAGE_FOLDER = fileURLToPath(new URL('../..', import.meta.url))

let plane: ControlPlane
/** Of an account that may nothing at first. */
let reader = ''

beforeAll(async () => {
  plane = await startControlPlane()
  reader = writeKubeconfig(join(plane.folder, 'reader'), { ...plane, credentials: { token: await makeToken(plane, 'default', 'reader') } })
  for (const namespace of ['shop', 'dev']) await plane.admin.apply(aNamespace(namespace))
  for (const [namespace, name] of [
    ['shop', 'web'],
    ['shop', 'cart'],
    ['dev', 'shell'],
  ] as const) {
    const metadata = { namespace, name, labels: { app: name } }
    const spec = { containers: [{ name: 'app', image: 'none', env: [{ name: 'PASSWORD', value: 'hush' }] }] }
    await eventually('account of the namespace', () =>
      plane.admin
        .apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec })
        .then(() => true)
        .catch(() => false),
    )
  }
  await plane.admin.apply({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: 'shop', name: 'cart' },
    spec: { podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] },
  })
})
afterAll(async () => {
  await plane?.stop()
})

const run = (kubeconfig: string, ...args: readonly string[]) => runMain(args, plane.folder, { KUBECONFIG: kubeconfig })

test('--live answers from the cluster, and doctor finds nothing wrong', async () => {
  const everything = await run(plane.kubeconfig, 'connectivity', '--live', '--no-external', '-o', 'csv')
  expect([everything.exitCode, everything.stderr]).toEqual([0, ''])
  expect(everything.stdout).toContain('shop/web[Pod],shop/cart[Pod],allowed,')
  expect(everything.stdout).not.toContain('dev/shell[Pod],shop/cart[Pod]')
  const doctor = await run(plane.kubeconfig, 'doctor')
  expect([doctor.exitCode, doctor.stderr]).toEqual([0, ''])
  expect(doctor.stdout).toMatch(/ok +rights +(\d+) of \1 kinds/)
})

test('without rights doctor names them, and its own commands mend it', async () => {
  const before = await run(reader, 'doctor', '-o', 'json')
  expect(before.exitCode).toBe(1)
  const { checks } = JSON.parse(before.stdout) as { checks: readonly { about: string; message: string; fixes: readonly string[] }[] }
  const rights = checks.filter(({ about }) => about === 'rights')
  expect(rights.map(({ message }) => message).join('\n')).toContain('networkpolicies.networking.k8s.io')
  const answer = await run(reader, 'evaluate', '--live', '--from', 'dev', '--to', 'shop/cart', '--port', '80')
  expect([answer.exitCode, answer.stdout]).toEqual([3, ''])

  const commands = rights.flatMap(({ fixes }) => fixes)
  expect(commands).toHaveLength(2)
  for (const command of commands) {
    try {
      execFileSync('sh', ['-c', command], { cwd: PACKAGE_FOLDER, env: { ...process.env, KUBECONFIG: plane.kubeconfig }, stdio: 'pipe' })
    } catch (error) {
      // Where kubectl is not installed there is nothing to run them with.
      if (String(error).includes('not found')) return
      throw error
    }
  }
  const after = await eventually('rights', async () => {
    const ran = await run(reader, 'doctor')
    return ran.exitCode === 0 ? ran : null
  })
  expect(after.stdout).toMatch(/ok +rights +(\d+) of \1 kinds/)
  expect((await run(reader, 'evaluate', '--live', '--from', 'dev', '--to', 'shop/cart', '--port', '80')).stdout).toMatch(/^DENIED/)
})

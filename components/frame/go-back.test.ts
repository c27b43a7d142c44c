import { expect, test } from 'vitest'
import { DEFAULT_VIEW } from '../live/url-state'
import { goBack } from './go-back'

test('Esc first closes the policy and the finding, then clears the selection, then closes what was opened last, then goes up, and ends at the whole cluster', () => {
  let view = {
    ...DEFAULT_VIEW,
    level: 'workload' as const,
    namespaces: ['shop'],
    open: ['shop/cart[Deployment]', 'shop/web[Deployment]'],
    selection: 'shop/cart[Deployment]',
    policy: 'NetworkPolicy:shop/cart',
    finding: '0123456789abcdef',
  }
  const steps: object[] = []
  for (let step = goBack(view); step !== null; step = goBack(view)) {
    steps.push(step)
    view = { ...view, ...step } as typeof view
  }
  expect(steps).toEqual([
    { policy: null },
    { finding: null },
    { selection: null },
    { open: ['shop/cart[Deployment]'] },
    { open: [] },
    { level: 'namespace', namespaces: [] },
  ])
  expect(view).toEqual(DEFAULT_VIEW)
})

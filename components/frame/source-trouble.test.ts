import { expect, test } from 'vitest'
import { sourceTrouble } from './source-trouble'

const source = (kind: string, state: 'live' | 'silent' | 'failed') => ({ name: kind, kind, state })

test('what failed is said before what is silent, and files may be quiet', () => {
  expect(sourceTrouble([source('file', 'silent'), source('hubble', 'live')])).toBeNull()
  expect(sourceTrouble([source('hubble', 'silent'), source('file', 'failed')])).toBe('file failed')
  expect(sourceTrouble([source('hubble', 'silent')])).toBe('hubble silent')
  expect(sourceTrouble([source('hubble', 'failed'), source('goldmane', 'failed')])).toBe('2 sources failed')
})

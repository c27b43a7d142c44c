import { expect, test } from 'vitest'
import { assumptionsOf, parseAssumption } from './assumptions'

test('assumptions are read as a person writes them', () => {
  expect(parseAssumption('ipBlockMatchesPodIPs=false')).toEqual({ ok: true, value: { ipBlockMatchesPodIPs: false } })
  expect(parseAssumption('protocols=TCP,UDP')).toEqual({ ok: true, value: { protocols: ['TCP', 'UDP'] } })
  expect(parseAssumption('policyCIDRMatchMode=nodes')).toEqual({ ok: true, value: { policyCIDRMatchMode: 'nodes' } })
})

test.each(['ipBlockMatchesPodIPs=maybe', 'protocols=TCP,ICMP', 'enablePolicy=sometimes', 'toString=true', 'nothing'])(
  '%s is refused',
  (text) => {
    expect(parseAssumption(text).ok).toBe(false)
  },
)

test('the profile sets the defaults, and the match mode of Cilium widens them', () => {
  expect(assumptionsOf('kubernetes').ipBlockMatchesPodIPs).toBe(true)
  expect(assumptionsOf('cilium').ipBlockMatchesPodIPs).toBe(false)
  expect(assumptionsOf('cilium', { policyCIDRMatchMode: 'pods' }).ipBlockMatchesPodIPs).toBe(true)
  expect(assumptionsOf('cilium', { ipBlockMatchesPodIPs: true }).networksMatchPodIPs).toBe(false)
})

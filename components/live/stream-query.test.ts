import { expect, test } from 'vitest'
import { streamQuery } from './stream-query'
import { DEFAULT_VIEW } from './url-state'

const selecting = (selection: string) => streamQuery({ ...DEFAULT_VIEW, selection }).select

test('a selected node asks for its unused connections', () => {
  expect(selecting('shop/cart[Deployment]')).toBe('shop/cart[Deployment]')
})

test('a selected unused connection keeps those of its source, so that it does not vanish by being selected', () => {
  expect(selecting('shop/web[Deployment]>shop/cart[Deployment] may-reach allowed-unused')).toBe('shop/web[Deployment]')
})

test('a connection with traffic is in the graph anyway', () => {
  expect(selecting('shop/web[Deployment]>shop/cart[Deployment] traffic TCP 80 allowed-used')).toBe('')
})

test('a comma in a name does not split the list', () => {
  expect(streamQuery({ ...DEFAULT_VIEW, namespaces: ['a,b', 'c'] }).namespaces).toBe('a%2Cb,c')
})

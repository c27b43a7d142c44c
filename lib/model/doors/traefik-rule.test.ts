import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTraefikRule } from './traefik-rule'

const read = (text: string) => {
  const rule = readTraefikRule(text)
  return rule.ok ? rule.value : rule.error
}

test('hosts, paths and other conditions are told apart', () => {
  expect(read('Host(`Foo.com`, `bar.com`) && (PathPrefix(`/a`) || Path(`/b`)) && Method("GET")')).toEqual({
    hosts: ['foo.com', 'bar.com'],
    paths: ['/a', '=/b'],
    others: ['Method(GET)'],
  })
  expect(read('HostSNI(`*`)')).toEqual({ hosts: [], paths: [], others: [] })
  expect(read('!Host(`a`) && ClientIP(`10.0.0.0/8`)')).toEqual({ hosts: [], paths: [], others: ['not Host(a)', 'ClientIP(10.0.0.0/8)'] })
  expect(read('!(Host(`a`) || !Path(`/x`))')).toEqual({ hosts: [], paths: ['=/x'], others: ['not Host(a)'] })
})

test('what cannot be read is named with its place', () => {
  expect(read('Host(`a`')).toBe('expected "," or ")" at character 9, found the end')
  expect(read('Host(a)')).toBe('expected a text in backticks at character 6, found "a"')
  expect(read('Host(`a`) Path(`/`)')).toBe('expected the end at character 11, found "P"')
  expect(read('Host(`a')).toBe('a text is not closed')
  expect(read('('.repeat(1000))).toBe('the rule is nested too deep')
})

test('a rule that is put together is read back, whatever the texts hold', () => {
  const argument = fc.string({ minLength: 1 }).filter((text) => !text.includes('`'))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('PathPrefix', 'Path', 'Query'), argument), { minLength: 1, maxLength: 8 }), (calls) => {
      const rule = readTraefikRule(calls.map(([name, value]) => `${name}(\`${value}\`)`).join(' && '))
      expect(rule.ok && rule.value.others).toEqual([
        ...new Set(calls.filter(([name]) => name === 'Query').map(([, value]) => `Query(${value})`)),
      ])
      expect(rule.ok && rule.value.paths.length).toBe(
        new Set(calls.filter(([name]) => name !== 'Query').map(([name, value]) => `${name === 'Path' ? '=' : ''}${value}`)).size,
      )
    }),
  )
})

test('no text at all breaks the reader', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof readTraefikRule(text).ok === 'boolean'))
})

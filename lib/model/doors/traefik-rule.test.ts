import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTraefikRule } from './traefik-rule'

const read = (text: string) => {
  const rule = readTraefikRule(text)
  return rule.ok ? rule.value : rule.error
}

test('hosts, paths and other conditions are told apart', () => {
  expect(read('Host(`Foo.com`, `bar.com`) && (PathPrefix(`/a`) || Path(`/b`)) && Method("GET")')).toEqual([
    { hosts: ['foo.com', 'bar.com'], paths: ['/a'], others: ['Method(GET)'] },
    { hosts: ['foo.com', 'bar.com'], paths: ['=/b'], others: ['Method(GET)'] },
  ])
  expect(read('HostSNI(`*`)')).toEqual([{ hosts: [], paths: [], others: [] }])
  expect(read('!Host(`a`) && ClientIP(`10.0.0.0/8`)')).toEqual([{ hosts: [], paths: [], others: ['not Host(a)', 'ClientIP(10.0.0.0/8)'] }])
  expect(read('!(Host(`a`) || !Path(`/x`))')).toEqual([{ hosts: [], paths: ['=/x'], others: ['not Host(a)'] }])
})

test('what stands on one side of || says nothing of the other', () => {
  expect(read('Host(`a`) && PathPrefix(`/x`) || Host(`b`) && Path(`/y`)')).toEqual([
    { hosts: ['a'], paths: ['/x'], others: [] },
    { hosts: ['b'], paths: ['=/y'], others: [] },
  ])
  expect(read('Host(`a`) && !(Method(`GET`) && Path(`/x`))')).toEqual([
    { hosts: ['a'], paths: [], others: ['not Method(GET)'] },
    { hosts: ['a'], paths: [], others: ['not Path(/x)'] },
  ])
  const many = Array.from({ length: 10 }, (_, index) => `(Path(\`/${index}\`) || Query(\`${index}\`))`).join(' && ')
  expect(read(many)).toEqual([{ hosts: [], paths: [], others: ['more than 500 alternatives'] }])
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
      expect(rule.ok && rule.value.length).toBe(1)
      expect(rule.ok && rule.value[0]?.others).toEqual([
        ...new Set(calls.filter(([name]) => name === 'Query').map(([, value]) => `Query(${value})`)),
      ])
      expect(rule.ok && rule.value[0]?.paths.length).toBe(
        new Set(calls.filter(([name]) => name !== 'Query').map(([name, value]) => `${name === 'Path' ? '=' : ''}${value}`)).size,
      )
    }),
  )
})

test('no text at all breaks the reader', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof readTraefikRule(text).ok === 'boolean'))
})

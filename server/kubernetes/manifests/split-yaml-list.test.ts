import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { splitYamlList } from './split-yaml-list'

const item = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'a', args: ['- x'] }] },
})

test('a list falls into its items, with the lines of the file', () => {
  const text = `apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n\n# between\n- apiVersion: v1\n  kind: Service\nkind: List\nmetadata:\n  resourceVersion: ""\n`
  const items = splitYamlList({ text, line: 10 })
  expect(items?.map((chunk) => [chunk.line, parse(chunk.text)])).toEqual([
    [12, { apiVersion: 'v1', kind: 'Pod' }],
    [16, { apiVersion: 'v1', kind: 'Service' }],
  ])
})

test('the items are those that the parser finds in the whole, however they are indented', () => {
  const names = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(names, fc.boolean(), fc.boolean(), fc.string({ unit: 'grapheme' }), (found, indentSeq, isKindFirst, note) => {
      const items = found.map((name) => ({ ...item(name), note: `${note}\n- ${note}` }))
      const head = isKindFirst
        ? { apiVersion: 'v1', kind: 'List', items }
        : { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }
      const chunks = splitYamlList({ text: stringify(head, { indentSeq }), line: 1 })
      // Text that looks like an anchor keeps the list whole.
      if (chunks !== null) expect(chunks.map((chunk) => parse(chunk.text))).toEqual(items)
      else expect(note).toMatch(/[&*]/)
    }),
  )
})

test.each([
  ['shared anchors', 'kind: List\nitems:\n- &a { kind: Pod }\n- *a\n'],
  ['a typed list, whose items take their kind from it', 'kind: PodList\nitems:\n- metadata: {}\n'],
  ['another document with a field of that name', 'kind: Menu\nitems:\n- a\n'],
  ['a flow list', 'kind: List\nitems: [{ kind: Pod }]\n'],
  ['more than a list', 'kind: List\nitems:\n- kind: Pod\nother:\n- kind: Pod\n'],
])('%s is left to the parser', (_, text) => {
  expect(splitYamlList({ text, line: 1 })).toBeNull()
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { appendDocument, deletionDocument, exampleDraft } from './draft-text'

const policy = { policyApiVersion: 'networking.k8s.io/v1', policyKind: 'NetworkPolicy', namespace: 'shop', name: 'cart' }

test('a document stands behind the others, whatever the draft ends with', () => {
  for (const draft of ['', '\n', 'a: 1', 'a: 1\n', 'a: 1\n---\n', '# only a comment\na: 1\n\n']) {
    const documents = parseAllDocuments(appendDocument(draft, 'b: 2\n')).map((document) => document.toJS())
    expect(documents.at(-1)).toEqual({ b: 2 })
    expect(documents).toHaveLength(draft.trim() === '' ? 1 : 2)
  }
})

test('a deletion names the object and says so', () => {
  expect(parse(deletionDocument(policy))).toEqual({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'cart', namespace: 'shop' },
    $patch: 'delete',
  })
  expect(parse(deletionDocument({ ...policy, namespace: null })).metadata).toEqual({ name: 'cart' })
})

test('every name is read back as it is', () => {
  const name = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom('true', 'NO', '1e3', '0x10', 'e0', 'E-5', '~', '2026-01-01', '__proto__', 'a: b', '#'),
  )
  fc.assert(
    fc.property(name, (text) => {
      expect(parse(deletionDocument({ ...policy, name: text, namespace: text }), { version: '1.1' }).metadata).toEqual({
        name: text,
        namespace: text,
      })
      expect(parse(exampleDraft(text)).metadata.namespace).toBe(text)
    }),
  )
})

import { expect, test } from 'vitest'
import { decodedOf } from '../testing/decode-flows'
import { LINE_FORMATS } from './line-formats'
import { NETWORK_FORMATS } from './network-formats'
import { SAMPLE_LINES } from './testing/sample-lines'

test('samples of each are its own, whichever others are tried before', () => {
  for (const [id, lines] of SAMPLE_LINES) {
    for (const line of lines) {
      const found = LINE_FORMATS.filter((format) => decodedOf(line, {}, format.id).kind === 'flow').map((format) => format.id)
      expect(
        found.filter((each) => each !== 'kube-router'),
        line,
      ).toEqual([id])
      expect(decodedOf(line)).toEqual(decodedOf(line, {}, id))
    }
  }
})

test('a named format leaves what is not of its kind alone', () => {
  for (const { id } of NETWORK_FORMATS) {
    for (const line of ['level=info msg=started', '{}', '{"level":"info","msg":"started"}', '']) {
      expect(decodedOf(line, {}, id).kind).toBe('ignored')
    }
  }
})

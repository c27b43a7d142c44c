import { expect, test } from 'vitest'
import { readFiles } from './read-files'

const long = new File(['x'.repeat(1024 * 1024 + 1)], 'long.yaml')

test('files are read in their order, and one that is too large is named beside them', async () => {
  const files = [long, new File(['a: 1'], 'a.yaml'), new File(['b: 2'], 'b.yaml')]
  expect(await readFiles(files)).toEqual({ texts: ['a: 1', 'b: 2'], refusals: ['long.yaml is larger than 1 MiB.'] })
})

test('a folder, which the browser gives as a file that cannot be read, is named and stops nothing', async () => {
  const folder = new File([], 'policies')
  folder.text = () => Promise.reject(new DOMException('A requested file or directory could not be found', 'NotFoundError'))
  expect(await readFiles([folder, new File(['b: 2'], 'b.yaml')])).toEqual({
    texts: ['b: 2'],
    refusals: ['policies could not be read: it is a folder, or no longer there.'],
  })
})

import { expect, test } from 'vitest'
import { parseAskedUrl } from './parse-asked-url'

test('what follows the # says whose data is asked for, and the URL is sent without it', () => {
  expect(parseAskedUrl('https://mimir.example.com/prometheus#tenant=ops&cluster=p%22rod&region=eu')).toEqual({
    ok: true,
    value: {
      url: 'https://mimir.example.com/prometheus',
      tenant: 'ops',
      labels: [
        { name: 'cluster', value: 'p"rod' },
        { name: 'region', value: 'eu' },
      ],
    },
  })
  expect(parseAskedUrl('http://127.0.0.1:9090')).toMatchObject({
    ok: true,
    value: { url: 'http://127.0.0.1:9090/', tenant: null, labels: [] },
  })
})

test.each(['', 'prometheus:9090', 'ftp://prometheus.test', 'http://a.test#cluster', 'http://a.test#a-b=c', 'http://a.test#tenant=a%0Ab'])(
  '%s is refused',
  (text) => {
    expect(parseAskedUrl(text).ok).toBe(false)
  },
)

import { expect, test } from 'vitest'
import { parseAskedUrl } from './parse-asked-url'

test('what follows the # says whose data is asked for, and the URL is sent without it', () => {
  expect(parseAskedUrl('https://mimir.example.com/prometheus#tenant=ops&cluster=p%22rod&region=eu', '/home/me')).toEqual({
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
  expect(parseAskedUrl('http://127.0.0.1:9090', '/home/me')).toMatchObject({
    ok: true,
    value: { url: 'http://127.0.0.1:9090/', tenant: null, labels: [] },
  })
})

test.each(['', 'prometheus:9090', 'ftp://prometheus.test', 'http://a.test#cluster', 'http://a.test#a-b=c', 'http://a.test#tenant=a%0Ab'])(
  '%s is refused',
  (text) => {
    expect(parseAskedUrl(text, '/home/me').ok).toBe(false)
  },
)

test('names of settings of the connection are no labels', () => {
  expect(parseAskedUrl('https://prom.example.com#ca=certs/ca.crt&cluster=a&tokenFile=/run/token', '/home/me')).toMatchObject({
    value: { labels: [{ name: 'cluster', value: 'a' }], access: { ca: '/home/me/certs/ca.crt', tokenFile: '/run/token' } },
  })
})

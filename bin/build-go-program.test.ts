import { expect, test } from 'vitest'
import { missingForGo } from './build-go-program.mjs'

test.each([
  ['main.go:14:2: module lookup disabled by GOPROXY=off', /proxy/],
  ['main.go:14:2: k8s.io/kubernetes@v1.37.2: Get "https://modules.example/k.zip": dial tcp: lookup modules.example: no such host', /proxy/],
  ['main.go:14:2: k8s.io/kubernetes@v1.37.2: reading http://127.0.0.1:18999/k.zip: 403 Forbidden', /proxy/],
  ['go: go.mod requires go >= 1.99.0 (running go 1.26.8; GOTOOLCHAIN=local)', /newer Go/],
  ["go: errors parsing go.mod:\ngo.mod:3: invalid go version '1.26.0': must match format 1.23", /newer Go/],
])('a machine that cannot build has no fault of ours: %s', (output, missing) => {
  expect(missingForGo(output)).toMatch(missing)
})

test.each([
  './main.go:20:2: undefined: app',
  'verifying k8s.io/kubernetes@v1.37.2: checksum mismatch',
  'go: k8s.io/kubernetes@v9.9.9: reading https://modules.example/k.info: 404 Not Found',
  'go: updates to go.mod needed',
])('sources that cannot be built are: %s', (output) => {
  expect(missingForGo(output)).toBeNull()
})

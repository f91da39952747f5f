import { expect, it } from 'vitest'
import { adviceOn } from './advice.ts'

it('knows what to do about what the server says', () => {
  for (const [reason, advice] of [
    ['/srv/x does not lie in one of knowledge.folders of the configuration', 'folders'],
    ['/srv/docs cannot be opened: No such file or directory (os error 2)', 'gone'],
    ['the server answered 404 Not Found', 'gone'],
    ['the server answered 403 Forbidden', 'forbidden'],
    ['the server answered 503 Service Unavailable', 'theirs'],
    ['192.168.0.4 is a private address; set allow_private = true if that is meant', 'private'],
    ['robots.txt of the site does not allow it', 'robots'],
    ['it took longer than 90 seconds', 'slow'],
    ['error sending request: client error (Connect): tcp connect error', 'unreachable'],
    ['it has 70000000 bytes; at most 67108864 are read', 'large'],
    ['a.pdf: the document is encrypted: remove the password', 'content'],
  ] as const)
    expect(adviceOn(reason), reason).toBe(advice)
  expect(adviceOn('something new')).toBeUndefined()
})

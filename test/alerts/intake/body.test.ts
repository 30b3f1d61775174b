import { decodeBody } from '../../../src/alerts/intake/body.js'

const json = (text: string) => Buffer.from(text)

it.each([
  ['an object', '{"a": "ü🔥"}', { a: 'ü🔥' }],
  ['a byte order mark', '\ufeff{"a": 1}', { a: 1 }],
  ['what looks dangerous and is not', '{"__proto__": {"x": 1}}', JSON.parse('{"__proto__": {"x": 1}}')],
])('reads %s', (_told, text, value) => expect(decodeBody(json(text))).toEqual(value))

it.each([
  ['nothing', Buffer.alloc(0), null, /not valid JSON/],
  ['JSON that ends too early', json('{"alerts": [{"status": "fi'), null, /not valid JSON/],
  ['what is no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), null, /not valid UTF-8/],
  ['half a character, as bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), null, /not valid UTF-8/],
  ['a NUL character', json('{"alerts": [{"labels": {"job": "a\\u0000b"}}]}'), 'alerts.0.labels.job', /NUL/],
  ['a NUL character in a name', json('{"labels": {"a\\u0000": 1}}'), 'labels', /NUL/],
  ['a lone surrogate', json('{"summary": "\\ud83d!"}'), 'summary', /surrogate/],
  ['a raw control character', json('{"summary": "a\0b"}'), null, /not valid JSON/],
  ['what is nested too deeply', json(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`), `a${'.a'.repeat(63)}`, /nested/],
])('refuses %s', (_told, body, field, message) => {
  expect(() => decodeBody(body)).toThrow(expect.objectContaining({ field, message: expect.stringMatching(message) }))
})

it('survives five megabytes of brackets', () => {
  expect(() => decodeBody(Buffer.alloc(5 * 1024 * 1024, '['))).toThrow(/not valid JSON/)
})

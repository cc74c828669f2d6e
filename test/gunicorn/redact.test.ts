import {expect, test} from 'vitest';
import {redact, redactUri, stripControls} from '../../source/gunicorn/redact.js';

test('colours, titles and cursor movements leave only the text', () => {
  expect(stripControls('\u001B[31mred\u001B[0m \u001B]0;title\u0007after \u001B[2J\u001B[1;1Hhome')).toBe(
    'red after home',
  );
  expect(stripControls('\u001BPdevice\u001B\\ \u009B31mc1 csi\u009Dc1 title\u009C end')).toBe(' c1 csi end');
});

test('an escape sequence that never ends cannot hide the rest of the line', () => {
  expect(stripControls('\u001B]0;Worker (pid:7) exited with code 3')).toContain('Worker (pid:7) exited with code 3');
  expect(stripControls('\u001B[')).toBe('');
});

test('control characters, direction overrides and invisible characters are gone', () => {
  expect(stripControls('a\u0000b\u0008c\u007Fd\u0085e')).toBe('abcde');
  expect(stripControls('user\u202Etxt.exe\u2066\u200B\uFEFF')).toBe('usertxt.exe');
});

test('a tab and a line break become a space and leading spaces stay', () => {
  expect(stripControls('  File\t"x"\r\nnext')).toBe('  File "x"  next');
});

test('half of a surrogate pair becomes a replacement character', () => {
  expect(stripControls('a\uD83Db')).toBe('a\uFFFDb');
});

const secrets: ReadonlyArray<readonly [string, string]> = [
  ['password=hunter2 next', 'password=*** next'],
  ['db_password: "a b \\" c", host', 'db_password: ***, host'],
  ["SECRET_KEY='x y z'", 'SECRET_KEY=***'],
  ['{"api_key": "k-123", "id": 4}', '{"api_key": ***, "id": 4}'],
  ['access_token=abc&id=4', 'access_token=***&id=4'],
  ['Authorization: Bearer abc.def.ghi', 'Authorization: ***'],
  ["'HTTP_AUTHORIZATION': 'Basic dXNlcjpwdw=='", "'HTTP_AUTHORIZATION': '***'"],
  ['sent bearer abcdefgh1234', 'sent bearer ***'],
  ['Cookie: sessionid=abc; csrftoken=def', 'Cookie: ***'],
  ['postgresql://shop:pw@10.0.3.7:5432/shop', 'postgresql://***@10.0.3.7:5432/shop'],
  ['redis://:p@ss/word@cache:6379/0', 'redis://***@cache:6379/0'],
  ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'token ***'],
  ['key AKIAIOSFODNN7EXAMPLE', 'key ***'],
];

for (const [text, expected] of secrets) {
  test(`what is secret in ${JSON.stringify(text)} is masked`, () => {
    expect(redact(text)).toBe(expected);
  });
}

test('an address with a port is no password', () => {
  expect(redact('upstream http://10.0.3.7:8000/user@example.org refused')).toBe(
    'upstream http://10.0.3.7:8000/user@example.org refused',
  );
});

test('ordinary sentences stay as they are', () => {
  for (const text of [
    'The SECRET_KEY setting must not be empty.',
    'WORKER TIMEOUT (pid:9101)',
    "No module named 'shop.models'",
    'why? because',
  ]) {
    expect(redact(text)).toBe(text);
  }
});

test('a query inside a text is hidden unless it was asked for', () => {
  expect(redact('GET /pay?card=4111&x=1 failed')).toBe('GET /pay?*** failed');
  expect(redact('GET /pay?card=4111&token=abc failed', {showQuery: true})).toBe('GET /pay?card=4111&token=*** failed');
});

test('a URI is its path', () => {
  expect(redactUri('/pay?card=4111')).toBe('/pay');
  expect(redactUri('http://user:pw@shop/pay?x#y')).toBe('http://***@shop/pay');
  expect(redactUri('/pay?card=1&password=2', {showQuery: true})).toBe('/pay?card=1&password=***');
});

test('a long text is cut with an ellipsis and never in the middle of a character', () => {
  expect(redact('x'.repeat(400))).toHaveLength(300);
  expect(redact('abcdef', {maxLength: 4})).toBe('abc…');
  expect(redact('ab😀cd', {maxLength: 4})).toBe('ab…');
  expect(redact('abc', {maxLength: 0})).toBe('');
});

test('a hostile text of a megabyte takes no time worth noticing', () => {
  const hostile = ['://', '?', '\u001B]', 'token="', 'eyJaaaaaaaaa-', '/a', ' password:', '\u001B[', "'\\", 'bearer '];
  const started = performance.now();

  for (const part of hostile) redact(part.repeat(1_000_000 / part.length));

  // Far above what it takes (some 100 ms); quadratic work on 64 kB would take minutes.
  expect(performance.now() - started).toBeLessThan(10_000);
});

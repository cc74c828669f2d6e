import {expect, test} from 'vitest';
import {bootFailureOf, bootFailureSentence, bootFailureText} from '../../source/gunicorn/boot-failure.js';
import {parseTraceback} from '../../source/gunicorn/parse-traceback.js';

const gunicorn = [
  '  File "/srv/venv/lib/python3.11/site-packages/gunicorn/arbiter.py", line 608, in spawn_worker',
  '    worker.init_process()',
  '  File "/srv/venv/lib/python3.11/site-packages/gunicorn/util.py", line 371, in import_app',
  '    mod = importlib.import_module(module)',
  '  File "<frozen importlib._bootstrap>", line 1204, in _gcd_import',
];
const wsgi = ['  File "/srv/app/shop/wsgi.py", line 4, in <module>', '    from shop import models'];
const models = ['  File "/srv/app/shop/models.py", line 12, in <module>', '    import stripe'];

/** What is made of a boot that ended in these frames, with this exception, of the application shop.wsgi. */
function failure(exception: string | readonly string[], frames: readonly string[] = [...wsgi, ...models]) {
  const lines = ['Traceback (most recent call last):', ...gunicorn, ...frames, ...[exception].flat()];
  const traceback = parseTraceback(lines);
  return bootFailureOf({...(traceback && {traceback}), app: 'shop.wsgi:app'});
}

test('a module that is missing is named with the place that imports it', () => {
  const missing = failure("ModuleNotFoundError: No module named 'stripe'");

  expect(missing).toMatchObject({kind: 'missing-module', subject: 'stripe', where: 'shop/models.py:12'});
  expect(missing && bootFailureText(missing)).toBe('ModuleNotFoundError: stripe, at shop/models.py:12');
  expect(missing && bootFailureSentence(missing)).toBe(
    'missing module, ModuleNotFoundError: stripe, at shop/models.py:12',
  );
});

test('a name or a library that cannot be imported keeps its message', () => {
  const name = failure("ImportError: cannot import name 'Charge' from 'stripe' (/srv/venv/stripe.py)");

  expect(name?.kind).toBe('missing-module');
  expect(name && bootFailureText(name)).toContain("cannot import name 'Charge'");
  expect(failure('ImportError: libpq.so.5: cannot open shared object file')?.kind).toBe('missing-module');
});

test('the application itself that is not found is a bad name, but not when something inside it imports it', () => {
  expect(failure("ModuleNotFoundError: No module named 'shop'", [])).toMatchObject({
    kind: 'bad-app-name',
    subject: 'shop',
  });
  expect(failure("ModuleNotFoundError: No module named 'shop.wsgi'", [])?.kind).toBe('bad-app-name');
  expect(failure("ModuleNotFoundError: No module named 'shop'")?.kind).toBe('missing-module');
  expect(failure("ModuleNotFoundError: No module named 'shopping'", [])?.kind).toBe('missing-module');
});

test.each([
  "Failed to find attribute 'app' in 'shop.wsgi'.",
  'Failed to find application object: shop.wsgi',
  'Application object must be callable.',
  "TypeError: create_app() missing 1 required positional argument: 'config'",
])('the line "%s" is of a bad app name', (line) => {
  expect(bootFailureOf({line})).toEqual({kind: 'bad-app-name', message: line.replace(/\.$/, '')});
});

test('a KeyError is a missing variable only when os.environ raised it', () => {
  const frozen = ['  File "<frozen os>", line 714, in __getitem__'];
  const plain = ['  File "/usr/lib/python3.10/os.py", line 680, in __getitem__', '    raise KeyError(key) from None'];

  for (const raised of [frozen, plain]) {
    const missing = failure("KeyError: 'PAYMENTS_URL'", [...models, ...raised]);
    expect(missing).toMatchObject({kind: 'missing-environment', subject: 'PAYMENTS_URL'});
    expect(missing && bootFailureText(missing)).toBe('KeyError: PAYMENTS_URL is not set, at shop/models.py:12');
  }
  expect(failure("KeyError: 'PAYMENTS_URL'")?.kind).toBe('other');
});

test.each([
  ['django.core.exceptions.ImproperlyConfigured: Set the DATABASE_URL environment variable', 'DATABASE_URL'],
  ['django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.', 'SECRET_KEY'],
  ['decouple.UndefinedValueError: STRIPE_KEY not found. Declare it as envvar or define a default value.', 'STRIPE_KEY'],
  ['environs.EnvError: Environment variable "STRIPE_KEY" not set', 'STRIPE_KEY'],
  ['RuntimeError: missing required env STRIPE_KEY', 'STRIPE_KEY'],
  ['ValueError: STRIPE_KEY must be set as an environment variable', undefined],
])('"%s" says that the environment lacks something', (line, subject) => {
  expect(failure(line)?.kind).toBe('missing-environment');
  expect(failure(line)?.subject).toBe(subject);
});

test('the settings that pydantic refuses are named, and what stands in them is not', () => {
  const refused = failure([
    'pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings',
    'stripe_key',
    "  Field required [type=missing, input_value={'db_password': 'hunter2'}, input_type=dict]",
    'database.url',
    '    For further information visit https://errors.pydantic.dev/2.11/v/missing',
  ]);

  expect(refused).toMatchObject({kind: 'missing-environment', subject: 'stripe_key, database.url'});
  expect(JSON.stringify(refused)).not.toContain('hunter2');
  expect(failure('pydantic.ValidationError: 1 validation error for Order')?.kind).toBe('other');
});

test.each([
  ['ConnectionRefusedError: [Errno 111] Connection refused', undefined],
  ["ConnectionRefusedError: [Errno 111] Connect call failed ('10.0.3.7', 5432)", '10.0.3.7:5432'],
  [
    'psycopg2.OperationalError: connection to server at "db" (10.0.3.7), port 5432 failed: Connection refused',
    'db:5432',
  ],
  ['redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.', 'cache:6379'],
  ["pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'db' ([Errno 111])\")", 'db'],
  ["requests.exceptions.ConnectionError: HTTPConnectionPool(host='auth', port=80): Max retries exceeded", 'auth:80'],
  ['pymongo.errors.ServerSelectionTimeoutError: mongo:27017: [Errno 111] Connection refused', 'mongo:27017'],
  ['socket.gaierror: [Errno -2] Name or service not known', undefined],
])('"%s" is a service that could not be had', (line, address) => {
  expect(failure(line)?.kind).toBe('refused-service');
  expect(failure(line)?.subject).toBe(address);
});

test('what the config file raises is a bad config, whatever it raises', () => {
  const hook = ['  File "/srv/app/gunicorn.conf.py", line 7, in post_fork', '    connect()'];

  expect(failure("NameError: name 'undefined_name' is not defined", hook)).toMatchObject({
    kind: 'bad-config',
    where: 'app/gunicorn.conf.py:7',
  });
});

test('anything else is told in its own words, from the place of the application that it came through', () => {
  const other = failure('ValueError: bad rate', [
    ...models,
    '  File "/srv/venv/lib/python3.11/site-packages/rates.py", line 3, in parse',
  ]);

  expect(other).toEqual({
    kind: 'other',
    exception: 'ValueError',
    message: 'bad rate',
    where: 'shop/models.py:12',
  });
  expect(other && bootFailureSentence(other)).toBe('ValueError: bad rate, at shop/models.py:12');
});

test('a place outside the folder of the application keeps its own folder, and no traceback gives no place', () => {
  expect(failure('ValueError: x', [...wsgi, '  File "/srv/common/settings.py", line 2, in <module>'])?.where).toBe(
    'common/settings.py:2',
  );
  expect(failure('ValueError: x', [])?.where).toBeUndefined();
  expect(bootFailureOf({})).toBeUndefined();
});

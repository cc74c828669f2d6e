import {expect, test} from 'vitest';
import {parseTraceback} from '../../source/gunicorn/parse-traceback.js';
import {applicationFrame, isApplicationFrame, shortFrame} from '../../source/gunicorn/traceback.js';
import {capturedRun} from './captured.js';

const frame = (file: string) => ({file, line: 7, function: 'f'});

test('the frames, the exception and its message are read, and the marker lines are not frames', () => {
  const traceback = parseTraceback(capturedRun('gunicorn-23.0.0', 'badconf'));

  expect(traceback?.exception).toBe('NameError');
  expect(traceback?.message).toBe("name 'undefined_name' is not defined");
  expect(traceback?.frames).toHaveLength(4);
  expect(traceback?.frames.at(-1)).toEqual({file: '/srv/shop/gunicorn.conf.py', line: 2, function: '<module>'});
});

test('of chained exceptions the last one counts', () => {
  const lines = capturedRun('gunicorn-23.0.0', 'life');
  const start = lines.findIndex((line) => line.startsWith('Traceback'));
  const traceback = parseTraceback(lines.slice(start, start + 20));

  expect(traceback?.exception).toBe('RuntimeError');
  expect(traceback?.message).toBe('card refused: password=***');
  expect(traceback?.frames.map((one) => one.function)).toEqual(['handle', 'handle_request', 'application']);
});

test('an exception group is read without its members', () => {
  const lines = capturedRun('uvicorn-worker', 'uvicorn-life');
  const start = lines.findIndex((line) => line.includes('Exception Group Traceback'));
  const traceback = parseTraceback(lines.slice(start, start + 17));

  expect(traceback?.exception).toBe('ExceptionGroup');
  expect(traceback?.message).toBe('two failed (2 sub-exceptions)');
  expect(traceback?.frames.at(-1)).toEqual({file: '/srv/shop/aapp.py', line: 13, function: 'app'});
});

test('a fatal error of faulthandler is turned around', () => {
  const lines = capturedRun('gunicorn-26.1.0', 'fault');
  const traceback = parseTraceback(lines.slice(lines.indexOf('Fatal Python error: Segmentation fault')));

  expect(traceback?.exception).toBeUndefined();
  expect(traceback?.frames.at(-1)).toEqual({file: '/srv/shop/shop.py', line: 14, function: 'application'});
  expect(traceback?.frames[0]?.function).toBe('<module>');
});

test('a syntax error ends in the file that has it', () => {
  const traceback = parseTraceback([
    'Traceback (most recent call last):',
    '  File "/usr/lib/python3.11/importlib/__init__.py", line 126, in import_module',
    '  File "/srv/shop/views.py", line 12',
    '    def charge(:',
    '               ^',
    'SyntaxError: invalid syntax',
  ]);

  expect(traceback?.exception).toBe('SyntaxError');
  expect(traceback?.frames.at(-1)).toEqual({file: '/srv/shop/views.py', line: 12, function: '<module>'});
});

test('an exception without a message, one with a first line that is empty, and one of a function', () => {
  const start = ['Traceback (most recent call last):', '  File "a.py", line 1, in f'];

  expect(parseTraceback([...start, 'KeyboardInterrupt'])).toMatchObject({exception: 'KeyboardInterrupt'});
  expect(parseTraceback([...start, 'ValueError: ', 'second line'])).toMatchObject({message: 'second line'});
  expect(parseTraceback([...start, 'shop.charge.<locals>.Refused: no'])).toMatchObject({
    exception: 'shop.charge.<locals>.Refused',
    message: 'no',
  });
});

test('a traceback that was cut short has its frames and no exception', () => {
  const traceback = parseTraceback(['Traceback (most recent call last):', '  File "a.py", line 1, in f', '    x(']);

  expect(traceback).toEqual({frames: [{file: 'a.py', line: 1, function: 'f'}]});
});

test('what is no traceback is undefined', () => {
  for (const lines of [[], [''], ['Traceback'], ['  File "a.py", line 1, in f'], ['Fatal Python error: x']]) {
    expect(parseTraceback(lines)).toBeUndefined();
  }
});

test('only the innermost forty frames are kept', () => {
  const frames = Array.from({length: 500}, (_, index) => `  File "a.py", line ${index}, in f`);

  expect(parseTraceback(['Traceback (most recent call last):', ...frames, 'RecursionError: x'])?.frames).toHaveLength(
    40,
  );
  expect(parseTraceback(['Traceback (most recent call last):', ...frames, 'E'])?.frames.at(-1)?.line).toBe(499);
});

test('the frame of the application is the innermost that is neither installed nor gunicorn', () => {
  const aborted = capturedRun('gunicorn-23.0.0', 'slow');
  const start = aborted.findIndex((line) => line.startsWith('Traceback'));
  const traceback = parseTraceback(aborted.slice(start));
  const found = traceback && applicationFrame(traceback);

  // Gunicorn's own abort handler is the innermost frame, and not what the worker was doing.
  expect(traceback?.frames.at(-1)?.function).toBe('handle_abort');
  expect(found).toEqual({file: '/srv/shop/shop.py', line: 3, function: 'charge_card'});
});

test('installed packages, the standard library, frozen modules and gunicorn are not the application', () => {
  for (const file of [
    '/usr/lib/python3/dist-packages/django/core/handlers/base.py',
    '/srv/shop/venv/lib/python3.11/site-packages/flask/app.py',
    '/usr/lib/python3.11/importlib/__init__.py',
    '/usr/local/lib/python3.13t/json/decoder.py',
    '/opt/pypy/lib/pypy3.10/threading.py',
    '/usr/lib/python311.zip/json.py',
    '<frozen importlib._bootstrap>',
    '<string>',
    '/opt/gunicorn/workers/sync.py',
    '/opt/gunicorn/http/message.py',
    '/opt/gunicorn/app/wsgiapp.py',
    '/usr/local/bin/gunicorn',
  ]) {
    expect(isApplicationFrame(frame(file)), file).toBe(false);
  }
});

test('an application under a folder called gunicorn is the application', () => {
  for (const file of [
    '/srv/gunicorn/views.py',
    '/srv/gunicorn/app/views.py',
    'manage.py',
    '/srv/lib/python_tools/x.py',
  ]) {
    expect(isApplicationFrame(frame(file)), file).toBe(true);
  }
});

test('a traceback that never was in the application has no such frame', () => {
  const halted = capturedRun('gunicorn-20.1.0', 'boom');
  const start = halted.findLastIndex((line) => line.startsWith('Traceback'));
  const traceback = parseTraceback(halted.slice(start));

  expect(traceback?.exception).toBe('gunicorn.errors.HaltServer');
  expect(traceback && applicationFrame(traceback)).toBeUndefined();
});

test('a frame is shown by file, line and function', () => {
  expect(shortFrame({file: '/srv/shop/views.py', line: 88, function: 'charge_card'})).toBe('views.py:88 charge_card');
  expect(shortFrame({file: '/srv/shop/models/__init__.py', line: 3, function: '<module>'})).toBe(
    'models/__init__.py:3 <module>',
  );
});

import {expect, test} from 'vitest';
import {pathTemplate} from '../../source/gunicorn/path-template.js';

test.each<[path: string, template: string]>([
  ['/', '/'],
  ['/checkout', '/checkout'],
  ['/orders/4711/lines/2', '/orders/{id}/lines/{id}'],
  ['/carts/0f8fad5b-d9cb-469f-a165-70867728950e', '/carts/{uuid}'],
  ['/blobs/deadbeef00', '/blobs/{hex}'],
  ['/reset/aZ3kf92LmQx81bTTz0pqW4', '/reset/{token}'],
  ['/v2/articles/how-to-restart-gunicorn', '/v2/articles/how-to-restart-gunicorn'],
  ['/search?q=7', '/search'],
  ['/facade', '/facade'],
  ['/2024/report.pdf', '/{id}/report.pdf'],
  ['', ''],
])('%s is one of %s', (path, template) => {
  expect(pathTemplate(path)).toBe(template);
});

test('a path without end is cut before it is looked at', () => {
  expect(pathTemplate(`/${'a1'.repeat(100_000)}`).length).toBeLessThan(250);
});

import {existsSync, realpathSync} from 'node:fs';
import path from 'node:path';

/**
 * Where the demo keeps its Python environment: `.cache/python` in a checkout of this project, which its tests use too;
 * undefined elsewhere, for the user's own cache. `program` is the file that is run, one folder below the checkout.
 */
export function checkoutCache(program = process.argv[1]): string | undefined {
  if (program === undefined || !existsSync(program)) {
    return undefined;
  }
  const checkout = path.dirname(path.dirname(realpathSync(program)));
  return existsSync(path.join(checkout, 'source/demo/fault-app.py')) ? path.join(checkout, '.cache/python') : undefined;
}

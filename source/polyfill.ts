/**
 * `Promise.withResolvers` for Node 20, where Ink's concurrent rendering calls it and the language does not have it yet.
 * Must be the first import of the program; from Node 22 on it changes nothing. Our own code does not use it: the
 * compiler's library is ES2023, which hides it.
 */
export function withResolvers<T>() {
  let resolve!: (value: T | PromiseLike<T>) => void;
  let reject!: (reason?: unknown) => void;
  const promise = new Promise<T>((onResolved, onRejected) => {
    resolve = onResolved;
    reject = onRejected;
  });
  return {promise, resolve, reject};
}

if (!('withResolvers' in Promise)) {
  Object.defineProperty(Promise, 'withResolvers', {value: withResolvers, configurable: true, writable: true});
}

/**
 * Method and path of a request, read so that they belong together and to a request that is still there.
 *
 * A request may be over while it is read. So the addresses of its texts are looked up again after the texts were read;
 * where one of them has changed there is no answer. Nothing but method, path and, where it was asked for, query is read.
 */
import {redactUri} from '../gunicorn/redact.js';
import type {RequestInFlight} from '../observation.js';
import type {Heap} from './heap.js';
import {readBytes, readStr} from './values.js';
import {walk} from './unreadable.js';

/** The addresses of the texts of a request; `owner` is the object that holds them. */
export type Texts = {
  readonly owner: number;
  readonly method: number;
  /** Where the path may be, the best place first. */
  readonly paths: readonly number[];
  /** The query, where it is apart from the path. */
  readonly query?: number | undefined;
};

/** A method is a token of RFC 9110; anything else was no method, whatever type it has. */
const isMethod = (text: string): boolean => /^[!#$%&'*+.^`|~\w-]{1,32}$/.test(text);

const sameTexts = (one: Texts, other: Texts | undefined): boolean =>
  one.owner === other?.owner &&
  one.method === other.method &&
  one.query === other.query &&
  one.paths.length === other.paths.length &&
  one.paths.every((path, index) => path === other.paths[index]);

const longestPath = 4096;

/** A `str`, or `bytes` of the form in which a request line has them. */
function readText(heap: Heap, address: number): string | undefined {
  return (
    walk(() => readStr(heap, address)) ??
    walk(() => readBytes(heap, address, 1 << 16).toString('latin1', 0, longestPath))
  );
}

function pathOf(heap: Heap, {paths, query}: Texts, showQuery: boolean): string | undefined {
  for (const address of paths) {
    const path = readText(heap, address);
    if (path === undefined || path === '') continue;

    const more = showQuery && query !== undefined ? readText(heap, query) : undefined;
    return redactUri(more === undefined || more === '' ? path : `${path}?${more}`, {showQuery});
  }

  return undefined;
}

/**
 * Method and path, and what `also` reads beside them; undefined when they did not hold still. `texts` says where they
 * are, and is asked again afterwards. Throws `Unreadable`.
 */
export function readRequestText<T extends object>(
  heap: Heap,
  texts: () => Texts | undefined,
  showQuery: boolean,
  also: () => T,
): (Pick<RequestInFlight, 'method' | 'path'> & T) | undefined {
  const before = texts();
  if (before === undefined) return undefined;

  const method = readStr(heap, before.method, 33);
  const path = pathOf(heap, before, showQuery);
  const more = also();
  return path !== undefined && isMethod(method) && sameTexts(before, texts()) ? {method, path, ...more} : undefined;
}

/**
 * Small parts to say what shape a value from a file must have. Each returns a value of its own, made of known keys
 * only and of text without control characters, or throws: what has passed is what its type says.
 */
import {stripControls} from '../gunicorn/redact.js';

/** Checks a value and returns it as a `T`. Throws a `Misshapen`. */
export type Shape<T> = (value: unknown) => T;

/** A key that may be absent. */
type OptionalShape<T> = {readonly optional: Shape<T>};

/** One entry for every key of `T`: a key that the type has and the table has not is refused by the compiler. */
type Fields<T> = {
  readonly [Key in keyof T]-?: object extends Pick<T, Key> ? OptionalShape<Exclude<T[Key], undefined>> : Shape<T[Key]>;
};

/** What is wrong with a value, and where in it: "workers.0.cpuMs is no number". */
export class Misshapen extends Error {
  override readonly name = 'Misshapen';

  constructor(
    readonly reason: string,
    readonly path: readonly string[] = [],
  ) {
    super(path.length === 0 ? `it ${reason}` : `${path.join('.')} ${reason}`);
  }
}

function under<T>(key: string, shape: Shape<T>, value: unknown): T {
  try {
    return shape(value);
  } catch (error) {
    throw error instanceof Misshapen ? new Misshapen(error.reason, [key, ...error.path]) : error;
  }
}

// Nearly all text of a recording is plain, and there is much of it.
const plainText = /^[\u0020-\u007e]*$/;

export const text: Shape<string> = (value) => {
  if (typeof value !== 'string') {
    throw new Misshapen('is no text');
  }
  return plainText.test(value) ? value : stripControls(value);
};

export const number: Shape<number> = (value) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Misshapen('is no number');
  }
  return value;
};

/** A number that is no further from 0 than this. */
export function within(limit: number): Shape<number> {
  return (value) => {
    const checked = number(value);
    if (Math.abs(checked) > limit) {
      throw new Misshapen('is out of all bounds');
    }
    return checked;
  };
}

export const boolean: Shape<boolean> = (value) => {
  if (typeof value !== 'boolean') {
    throw new Misshapen('is neither true nor false');
  }
  return value;
};

/** One value and no other. */
export function exactly<T extends string | boolean>(only: T): Shape<T> {
  return (value) => {
    if (value !== only) {
      throw new Misshapen(`is not ${String(only)}`);
    }
    return only;
  };
}

/** One of these words, each of them named once. */
export function wordOf<T extends string>(words: Readonly<Record<T, true>>): Shape<T> {
  return oneOf(Object.keys(words) as T[]);
}

/** The same for words that stand in a list. */
export function oneOf<T extends string>(words: readonly T[]): Shape<T> {
  const known = new Map<unknown, T>(words.map((word) => [word, word]));
  return (value) => {
    const word = known.get(value);
    if (word === undefined) {
      throw new Misshapen('is a word that this version does not know');
    }
    return word;
  };
}

export function listOf<T>(element: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) {
      throw new Misshapen('is no list');
    }
    return value.map((entry: unknown, index) => under(String(index), element, entry));
  };
}

export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return {optional: shape};
}

/** An object with these keys. Others are left out, and the order of the keys stays: the text of a value is then the same again. */
export function object<T extends object>(fields: Fields<T>): Shape<T> {
  const shapes = new Map(
    Object.entries<Shape<unknown> | OptionalShape<unknown>>(fields).map(([key, field]) => [
      key,
      typeof field === 'function' ? field : field.optional,
    ]),
  );
  const required = Object.entries(fields).flatMap(([key, field]) => (typeof field === 'function' ? [key] : []));
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Misshapen('is no object');
    }
    const missing = required.find((key) => !Object.hasOwn(value, key));
    if (missing !== undefined) {
      throw new Misshapen('is missing', [missing]);
    }
    const known: Record<string, unknown> = {};
    for (const [key, entry] of Object.entries(value) as ReadonlyArray<readonly [string, unknown]>) {
      const shape = shapes.get(key);
      if (shape !== undefined && entry !== undefined) {
        known[key] = under(key, shape, entry);
      }
    }
    return known as T;
  };
}

type Tagged<Tag extends string> = {readonly [Key in Tag]: string};

/** One of several objects, told apart by the word under `tag`. */
export function taggedBy<Tag extends string, T extends Tagged<Tag>>(
  tag: Tag,
  shapes: {readonly [Word in T[Tag]]: Shape<Extract<T, {readonly [Key in Tag]: Word}>>},
): Shape<T> {
  const known = new Map<unknown, Shape<T>>(Object.entries<Shape<T>>(shapes));
  return (value) => {
    const word: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, tag) : undefined;
    const shape = known.get(word);
    if (shape === undefined) {
      throw new Misshapen('is a kind that this version does not know', [tag]);
    }
    return shape(value);
  };
}

/** An object of the first shape when it has the key, else one of the second. */
export function eitherBy<First, Second>(
  key: string,
  first: Shape<First>,
  second: Shape<Second>,
): Shape<First | Second> {
  return (value) =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? first(value) : second(value);
}

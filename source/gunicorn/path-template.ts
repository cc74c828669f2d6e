/** Folds the paths of one page together: what stands in the place of an id is an id. */

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const digits = /^\d+$/;
const hexadecimal = /^(?=.*\d)[\da-f]{8,}$/i;
/** A token: long, of letters and digits, with digits between the letters. */
const token = /^(?=(?:\D*\d){3})(?=[^a-z]*[a-z])[\w-]{20,}$/i;

/** Longer paths are attacks or mistakes. */
const longest = 200;

/** "/orders/{id}/lines": digits, UUIDs, long hexadecimal numbers and tokens are folded, a query is left out. */
export function pathTemplate(path: string): string {
  const [bare = ''] = path.slice(0, longest).split('?');
  return bare.split('/').map(folded).join('/');
}

function folded(segment: string): string {
  if (digits.test(segment)) return '{id}';
  if (uuid.test(segment)) return '{uuid}';
  if (hexadecimal.test(segment)) return '{hex}';
  return token.test(segment) ? '{token}' : segment;
}

import sanitizeAnsi from '../../node_modules/ink/build/sanitize-ansi.js';
import {isNarrow} from './narrow-text.js';

/**
 * Stands in for the file with which Ink takes every text of every frame apart, twice, for sequences that would move the
 * cursor. In a text of narrow characters with attributes there is none.
 */
export default function narrowSanitize(text: string): string {
  return isNarrow(text) ? text : sanitizeAnsi(text);
}

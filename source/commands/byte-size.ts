const unitBytes = {kb: 1e3, mb: 1e6, gb: 1e9} as const;

/** Bytes of "500kB", "100MB" or "1.5GB", in either case; undefined for anything else, zero and a bare number included. */
export function parseByteSize(text: string): number | undefined {
  const match = /^(?<amount>\d{1,6}(?:\.\d{1,3})?)(?<unit>kb|mb|gb)$/.exec(text.toLowerCase());
  const unit = match?.groups?.['unit'];
  if (unit !== 'kb' && unit !== 'mb' && unit !== 'gb') {
    return undefined;
  }
  const bytes = Number(match?.groups?.['amount']) * unitBytes[unit];
  return bytes > 0 ? bytes : undefined;
}

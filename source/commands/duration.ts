const unitMs = {ms: 1, s: 1000, m: 60_000, h: 3_600_000} as const;

/** Milliseconds of "250ms", "60s", "1.5m" or "1h"; undefined for anything else, zero and a bare number included. */
export function parseDuration(text: string): number | undefined {
  const match = /^(?<amount>\d{1,6}(?:\.\d{1,3})?)(?<unit>ms|s|m|h)$/.exec(text);
  const unit = match?.groups?.['unit'];
  if (unit !== 'ms' && unit !== 's' && unit !== 'm' && unit !== 'h') {
    return undefined;
  }
  const milliseconds = Number(match?.groups?.['amount']) * unitMs[unit];
  return milliseconds > 0 ? milliseconds : undefined;
}

/** An eighth to seven eighths of a column. */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** The part of `timeoutSeconds` that has passed since the last heartbeat, as a bar of exactly `width` columns: `███▍····`. */
export function heartbeatBar(ageSeconds: number, timeoutSeconds: number, width: number): string {
  const share = Math.min(1, Math.max(0, ageSeconds / timeoutSeconds));
  const steps = Math.round(share * width * 8);
  const filled = '█'.repeat(Math.floor(steps / 8)) + (eighths[steps % 8] ?? '');
  return filled.padEnd(width, '·');
}

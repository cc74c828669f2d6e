/** Small pieces of sentence that several answers share. Prose is made from values here and never read back. */
import type {MemoryGrowth} from '../ledger/memory-growth.js';

/** "212M", "1.6G". */
export function bytes(value: number): string {
  const mebibytes = value / 1024 / 1024;
  return mebibytes < 1024 ? `${Math.round(mebibytes)}M` : `${(mebibytes / 1024).toFixed(1)}G`;
}

/** ", 2M a second, 40K a request": how memory grew, as the end of a clause; empty where it is not known. */
export function growthText(growth: MemoryGrowth | undefined): string {
  if (!growth) return '';
  const {bytesPerSecond, bytesPerRequest} = growth;
  const each = bytesPerRequest === undefined ? '' : `, ${fineBytes(bytesPerRequest)} a request`;
  return `, ${fineBytes(bytesPerSecond)} a second${each}`;
}

/** "40K", "1.2M", "212M". */
function fineBytes(value: number): string {
  const mebibytes = value / 1024 / 1024;
  if (mebibytes < 1) return `${Math.round(value / 1024)}K`;
  return mebibytes < 10 ? `${mebibytes.toFixed(1)}M` : bytes(value);
}

/** "4 s", "4 min", "2 h", "3 days": how long ago, for people. Never below a second. */
export function roughly(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

type RequestLike = {
  readonly method?: string;
  readonly path?: string;
  readonly ageSeconds?: number;
  readonly blockedOn?: string;
  readonly stack?: readonly string[];
};

/** "POST /checkout for 30.4 s in views.py:88 charge_card, waiting for 10.0.3.7:5432"; undefined when nothing is known of it. `place` is the word before the frame. */
export function requestText(
  {method, path, ageSeconds, blockedOn, stack}: RequestLike,
  place: 'in' | 'at' = 'in',
): string | undefined {
  const name = path === undefined ? undefined : [method, path].filter(Boolean).join(' ');
  const parts = [
    name ?? (blockedOn || ageSeconds !== undefined || stack?.[0] ? 'a request' : undefined),
    ageSeconds === undefined ? undefined : `for ${ageSeconds.toFixed(1)} s`,
    stack?.[0] && `${place} ${stack[0]}`,
  ].filter(Boolean);
  if (parts.length === 0) return undefined;
  return parts.join(' ') + (blockedOn ? `, waiting for ${blockedOn}` : '');
}

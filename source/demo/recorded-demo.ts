import {readFileSync} from 'node:fs';

/** The demo as it was recorded once, gzipped. The build writes it into the one file; run from source, it is read from disk. */
export function recordedDemo(): Buffer {
  const built = process.env['GUNSPECT_RECORDED_DEMO'];
  return built === undefined
    ? readFileSync(new URL('recorded-demo.ndjson.gz', import.meta.url))
    : Buffer.from(built, 'base64');
}

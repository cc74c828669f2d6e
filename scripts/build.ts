import {chmod, rm} from 'node:fs/promises';
import {build} from 'esbuild';

await rm('dist', {recursive: true, force: true});
await build({
  entryPoints: ['source/cli.tsx'],
  outfile: 'dist/cli.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  jsx: 'automatic',
  define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', fetch: 'undefined'},
  banner: {
    js: "#!/usr/bin/env node\nimport {createRequire as gunspectRequire} from 'node:module';\nconst require = gunspectRequire(import.meta.url);",
  },
  alias: {'react-devtools-core': './scripts/no-devtools.ts'},
});
await chmod('dist/cli.js', 0o755);

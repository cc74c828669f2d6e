import {mkdir, readFile, rename, writeFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {build, type Plugin} from 'esbuild';
import {licences} from './bundle/licences.js';

// One file, dist/cli.js, that needs nothing beside it: it can be copied to a server and run there.
const {version} = JSON.parse(await readFile('package.json', 'utf8')) as {readonly version: string};

// Runs before anything else in the file. It speaks on an old Node only because the whole file parses there, which is
// what `target` below is for: it turns the regular expressions of Node 20 into `new RegExp` calls, never reached.
const banner = `#!/usr/bin/env node
import {createRequire as createRequireOfBundle} from 'node:module';
{
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write('gunspect needs Node 20.19 or later and this is Node ' + process.versions.node + '.\\n');
    process.exit(2);
  }
}
const require = createRequireOfBundle(import.meta.url);`;

// The thread that reads memory travels as a text in the file too: loaded from it as a whole, it would cost 10 MB more.
const thread = await build({
  entryPoints: ['source/peek/thread-entry.ts'],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify: true,
  write: false,
});

/** Files of Ink's own, which an alias cannot reach, and what stands in for them. */
const narrowFiles = ['output', 'sanitize-ansi', 'line-update'] as const;
const narrowInk: Plugin = {
  name: 'narrow-ink',
  setup: (bundle) =>
    bundle.onResolve({filter: /^\.\/(?:output|sanitize-ansi|line-update)\.js$/}, ({path, importer}) => {
      const name = narrowFiles.find((file) => path === `./${file}.js`);
      const isInk = importer.includes('/node_modules/ink/build/');
      return name && isInk ? {path: resolve(`scripts/bundle/narrow-${name.replace('-ansi', '')}.ts`)} : undefined;
    }),
};

const {metafile, outputFiles} = await build({
  entryPoints: ['source/cli.tsx'],
  outfile: 'dist/cli.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node16',
  jsx: 'automatic',
  banner: {js: banner},
  define: {
    'process.env.GUNSPECT_VERSION': JSON.stringify(version),
    // The demo's application travels in the file too; run from source, the demo reads it from disk.
    'process.env.GUNSPECT_FAULT_APP': JSON.stringify(await readFile('source/demo/fault-app.py', 'utf8')),
    'process.env.GUNSPECT_RECORDED_DEMO': JSON.stringify(
      await readFile('source/demo/recorded-demo.ndjson.gz', 'base64'),
    ),
    'process.env.GUNSPECT_PEEK_THREAD': JSON.stringify(thread.outputFiles[0]?.text),
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    // Yoga looks for `fetch` when it starts, and looking loads Node's HTTP client: 6 MB.
    fetch: 'undefined',
  },
  alias: {
    // Ink imports it, and a production build never calls it.
    'react-devtools-core': './scripts/bundle/no-devtools.ts',
    'string-width': './scripts/bundle/narrow-width.ts',
    '@alcalzone/ansi-tokenize': './scripts/bundle/narrow-tokenize.ts',
  },
  plugins: [narrowInk],
  metafile: true,
  write: false,
});

/**
 * Node keeps the text of a program for as long as it runs, and with one character beyond Latin 1 in twice the memory:
 * 2.3 MB more. esbuild leaves such characters in regular expressions and comments, where an escape means the same.
 */
function inAscii(text: string): string {
  return text.replaceAll(/[^\0-\x7F]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

await mkdir('dist', {recursive: true});
for (const {path, text} of outputFiles) {
  // Renamed into place: a build never pulls the file from under a program or a test that is starting it.
  await writeFile(`${path}.${process.pid}`, inAscii(text), {mode: 0o755});
  await rename(`${path}.${process.pid}`, path);
}

await writeFile('dist/NOTICE', await licences(metafile));

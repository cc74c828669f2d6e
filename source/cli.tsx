import './polyfill.js';
import meow from 'meow';

// The version is written in by the build: the file is also run where no package.json lies beside it.
meow('Usage: gunspect [target]', {
  importMeta: import.meta,
  pkg: {name: 'gunspect', version: process.env['GUNSPECT_VERSION'] ?? 'development'},
});

import './polyfill.js';
import meow from 'meow';

meow('Usage: gunspect [target]', {importMeta: import.meta});

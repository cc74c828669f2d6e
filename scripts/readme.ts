/** Writes the parts of README.md that are made from the program's own tables; `npm run readme`. */
import {readFileSync, writeFileSync} from 'node:fs';
import {withGeneratedBlocks} from './readme/generated-blocks.js';

const file = new URL('../README.md', import.meta.url);
writeFileSync(file, withGeneratedBlocks(readFileSync(file, 'utf8')));

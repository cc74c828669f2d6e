/** Draws every picture of the README anew from the recorded incidents; `npm run screenshots`. */
import {mkdirSync, writeFileSync} from 'node:fs';
import {pictures} from './screenshots/pictures.js';
import {takePicture} from './screenshots/take-picture.js';

mkdirSync('screenshots', {recursive: true});
for (const picture of pictures) {
  const {text, svg} = await takePicture(picture);
  writeFileSync(`screenshots/${picture.name}.txt`, text);
  writeFileSync(`screenshots/${picture.name}.svg`, svg);
}

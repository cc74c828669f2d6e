/** The programs and libraries that a process has loaded, from `/proc/<pid>/maps`. No file is opened. */
import fs from 'node:fs';
import type {Reading} from '../observation.js';
import {readText} from '../sensors/files.js';
import {attempt, valueOf, type Owner} from '../sensors/reading.js';

/** One file and where its beginning lies in memory. */
export type Image = {readonly path: string; readonly base: number};

export type Images = {
  /** The program itself, where it could be told. */
  readonly program?: Image;
  /** Every mapped file, the program included, in order of address. */
  readonly all: readonly Image[];
};

// The kernel marks a file that is no longer there; its memory is as good as before.
const withoutMark = (path: string): string => path.replace(/ \(deleted\)$/, '');

/** The files in a text of proc_pid_maps(5) whose beginning is mapped; the first place of each. */
export function imagesIn(maps: string): readonly Image[] {
  const images = new Map<string, Image>();
  for (const [, start = '', offset = '', path = ''] of maps.matchAll(
    /^([0-9a-f]{1,16})-[0-9a-f]+ \S+ ([0-9a-f]+) \S+ \d+\s+(\/.*)$/gm,
  )) {
    const name = withoutMark(path);
    if (/^0+$/.test(offset) && !images.has(name)) images.set(name, {path: name, base: Number.parseInt(start, 16)});
  }

  return [...images.values()];
}

export function readImages(pid: number, root = '/proc', owner?: Owner): Reading<Images> {
  const maps = readText(`${root}/${pid}/maps`, 8 << 20, owner);
  if (maps.kind !== 'ok') return maps;

  const all = imagesIn(maps.value);
  const link = valueOf(attempt(() => fs.readlinkSync(`${root}/${pid}/exe`)));
  const program = all.find(({path}) => link !== undefined && path === withoutMark(link));
  return {kind: 'ok', value: {all, ...(program !== undefined && {program})}};
}

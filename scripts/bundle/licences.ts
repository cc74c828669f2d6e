import {existsSync} from 'node:fs';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Metafile} from 'esbuild';

/**
 * The licence texts of every package that went into the bundle, and of what those packages bundled themselves, as one
 * text. Throws when a package carries none, except those whose upstream text lies beside this file.
 */
export async function licences(metafile: Metafile): Promise<string> {
  const folders = Object.keys(metafile.inputs).flatMap((file) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  const sections = await Promise.all([...new Set(folders)].toSorted().map(licence));
  return `gunspect contains these packages, under their own licences.\n\n${sections.join('\n')}`;
}

async function licence(folder: string): Promise<string> {
  const about = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const files = (await readdir(folder))
    .filter((file) => /^licen[cs]e/i.test(file))
    .map((file) => path.join(folder, file));
  const others = [`scripts/bundle/${about.name}.licence.txt`, path.join(folder, 'build/licenses.md')].filter(
    existsSync,
  );
  const texts = await Promise.all([...files, ...others].map((file) => readFile(file, 'utf8')));
  if (texts.length === 0) {
    throw new Error(
      `${folder} has no licence file: put the upstream text into scripts/bundle/${about.name}.licence.txt.`,
    );
  }

  return [`${about.name} ${about.version}`, ...texts.map((text) => text.trim())].join('\n\n') + '\n';
}

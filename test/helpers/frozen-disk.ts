import {execFileSync, spawn} from 'node:child_process';
import {chmodSync, mkdirSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** A small disk of its own that can be frozen: whoever writes to it then sleeps in a wait that no signal ends. Linux, root only. */
export type FrozenDisk = {
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly remove: () => void;
};

const imageBytes = 8 * 1024 * 1024;
/** Whoever else wants all disks written (sync(2)) waits for it, too: it never stays frozen for longer than this. */
const thawedAfterSeconds = 60;

/** Mounts one at `disk` in this folder, open to everybody. Throws where `not-here.json` should have said so. */
export function mountDisk(folder: string): FrozenDisk {
  const [image, disk] = [join(folder, 'disk.img'), join(folder, 'disk')];
  mkdirSync(disk);
  writeFileSync(image, '');
  truncateSync(image, imageBytes);
  execFileSync('mkfs.ext4', ['-q', image]);
  execFileSync('mount', ['-o', 'loop', image, disk]);
  chmodSync(disk, 0o1777);
  let isFrozen = false;
  const thaw = (): void => {
    if (isFrozen) execFileSync('fsfreeze', ['--unfreeze', disk]);
    isFrozen = false;
  };
  return {
    freeze() {
      execFileSync('fsfreeze', ['--freeze', disk]);
      isFrozen = true;
      const late = `sleep ${thawedAfterSeconds}; fsfreeze --unfreeze '${disk}'`;
      spawn('sh', ['-c', late], {stdio: 'ignore', detached: true}).unref();
    },
    thaw,
    remove() {
      thaw();
      // A worker may still hold its file for a moment: the mount goes when it has let go.
      execFileSync('umount', ['--lazy', disk]);
      rmSync(image);
    },
  };
}

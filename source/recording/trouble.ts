/** What an error of the system means for a recording, as the end of a sentence about it. */
const meanings: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file may not grow any more',
  EROFS: 'the file system is read-only',
  EACCES: 'the folder may not be written to',
  EPERM: 'the folder may not be written to',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'there is no such folder',
  EISDIR: 'it is a folder',
  EEXIST: 'the file exists already',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  EIO: 'the disk does not answer',
  EPIPE: 'nobody reads it any more',
};

export function troubleWith({code, message}: NodeJS.ErrnoException): string {
  return code === undefined ? message : (meanings[code] ?? `the system answered ${code}`);
}

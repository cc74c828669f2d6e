/** The version of this program. It is written in by the build: the file is also run where no package.json lies beside it. */
export const version = process.env['GUNSPECT_VERSION'] ?? 'development';

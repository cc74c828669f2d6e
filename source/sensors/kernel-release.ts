/** Whether a kernel's release, as uname(2) has it ("6.14.9-generic"), is at least this version. */
export function isKernelAtLeast(release: string, major: number, minor: number): boolean {
  const [own = 0, ownMinor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return own > major || (own === major && ownMinor >= minor);
}

/**
 * What the kernel function a thread sleeps in tells of its wait: `/proc/<pid>/wchan`, for where the system call itself
 * is refused. It gives the kind of wait and never the descriptor. Names differ from kernel to kernel.
 */
import type {CallKind} from './syscalls.js';

/** `select` here is select or poll, which share a function; `socket` is a read or write on one that is not told. */
export type FunctionKind = Exclude<CallKind, 'descriptor' | 'poll' | 'path'> | 'socket' | 'pipe';

/** The first that matches the start of the name decides. Seen on 6.1 and 6.18; the rest is from the kernel's source. */
const functions: ReadonlyArray<readonly [RegExp, FunctionKind]> = [
  [/^(?:do_epoll_wait|ep_poll|do_epoll_pwait|io_cqring_wait)/, 'epoll'],
  [/^(?:do_select|core_sys_select|poll_schedule_timeout|do_poll|do_sys_poll)/, 'select'],
  [/^(?:futex_|__futex|do_futex|rt_mutex|do_semtimedop)/, 'lock'],
  [/^(?:hrtimer_nanosleep|do_nanosleep|common_nsleep|sigsuspend|do_sigtimedwait)/, 'sleep'],
  [/^(?:do_wait|kernel_wait|kernel_clone|wait_for_vfork)/, 'child'],
  [/^(?:inet_csk_accept|inet_csk_wait_for_connect|unix_accept)/, 'accept'],
  [/^(?:wait_woken|sk_wait_data|sk_stream_wait|unix_stream_|inet_wait_for_connect|__skb_wait|skb_wait|tcp_)/, 'socket'],
  [/^(?:pipe_|anon_pipe_)/, 'pipe'],
  [/^(?:locks_lock_inode|flock_|posix_lock|fcntl_)/, 'file-lock'],
];

/** Undefined for a function that tells nothing. */
export function functionKind(name: string): FunctionKind | undefined {
  return functions.find(([start]) => start.test(name))?.[1];
}

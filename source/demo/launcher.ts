/**
 * The demo's launcher: a process of its own, in Python, that keeps a gunicorn running in a private folder and plays
 * the people around it: customers with fateful requests, and whoever kills a worker, deploys, reloads or scales.
 *
 * It is the only part of this program that signals anything, and it signals nothing but the gunicorn it started. The
 * inspector is another process and has no way to ask it: faults are asked for by HTTP, and the application passes that
 * on over a socket in the folder. The launcher lives as long as its standard input is open; when
 * that ends, for whatever reason, it kills what it started, removes the folder and leaves.
 *
 * Run as `python -c <this>`, with one line of JSON on standard input (`LaunchOrder`); says `LauncherEvent`s, one a line.
 */
export const launcher = String.raw`
import ctypes, http.client, json, os, random, re, shutil, signal, socket, subprocess, sys, tempfile, threading, time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
FAILED_DEPLOYS_UNTIL_MENDED = 3
# Where a control group is made, and its files: the limit, and what keeps swap from standing in for memory.
HIERARCHIES = (
    ('/sys/fs/cgroup/memory', 'memory.limit_in_bytes', 'memory.memsw.limit_in_bytes', True),
    ('/sys/fs/cgroup', 'memory.max', 'memory.swap.max', False),
)
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

order = json.loads(sys.stdin.readline())
libc = ctypes.CDLL(None)
starting = threading.Lock()
ending = threading.Event()
master_pid = None
memory_group = None
held = []


def prctl(option, value):
    if sys.platform == 'linux':
        libc.prctl(option, value, 0, 0, 0)


def say(**event):
    try:
        print(json.dumps(event), flush=True)
    except OSError:
        pass  # Nobody listens any more; the end of standard input says the rest.


def free_port():
    # Below the range from which the kernel takes ports for outgoing connections: a master that comes back needs it again.
    while True:
        with socket.socket() as probe:
            port = random.randrange(15000, 32000)
            try:
                probe.bind(('127.0.0.1', port))
                return port
            except OSError:
                pass


def write(name, text):
    with open(name, 'w') as file:
        file.write(text)


def make_memory_group():
    for root, limit, swap, counts_memory_too in HIERARCHIES:
        group = None
        try:
            group = tempfile.mkdtemp(prefix='gunspect-demo-', dir=root)
            write(os.path.join(group, limit), str(order['memoryLimitBytes']))
            if os.path.exists(os.path.join(group, swap)):
                write(os.path.join(group, swap), str(order['memoryLimitBytes'] if counts_memory_too else 0))
            return group
        except OSError:
            if group:
                os.rmdir(group)
    return None


def remove_memory_group():
    # The kernel lets go of the last process a moment after it was waited for.
    for _ in range(100):
        try:
            return os.rmdir(memory_group)
        except OSError:
            time.sleep(0.02)


def enter():
    # Should the launcher itself be killed, the master goes too, and its workers notice that it has gone.
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if memory_group:
        write(os.path.join(memory_group, 'cgroup.procs'), '0')


def kill_group(leader):
    try:
        os.killpg(leader, signal.SIGKILL)
    except OSError:
        pass


def start():
    global master_pid
    with starting:
        if ending.is_set():
            return None
        with open('output.log', 'ab') as output:
            master = subprocess.Popen(
                order['command'] + ['--bind', '127.0.0.1:%d' % port, '--error-logfile', os.path.join(folder, 'error.log')],
                env=dict(os.environ, HOME=folder, XDG_RUNTIME_DIR=folder, FAULT_APP_FOLDER=folder),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                preexec_fn=enter)
        master_pid = master.pid
        return master


def keep_running():
    failed_deploys = 0
    while True:
        master = start()
        if master is None:
            return
        say(event='started', masterPid=master.pid, port=port, folder=folder, memoryGroup=memory_group)
        master.wait()
        # What a master leaves behind goes with it, as under systemd.
        kill_group(master.pid)
        say(event='ended', masterPid=master.pid)
        failed_deploys = failed_deploys + 1 if os.path.exists('boot') else 0
        if failed_deploys >= FAILED_DEPLOYS_UNTIL_MENDED:
            os.remove('boot')
        if ending.wait(1):
            return


def ask_for(page):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=2)
    try:
        connection.request('GET', page)
        pid = connection.getresponse().getheader('X-Worker-Pid')
        if pid is None:
            raise OSError('no worker has answered')
        return int(pid)
    finally:
        connection.close()


def burst():
    log = open('error.log')
    log.seek(0, os.SEEK_END)
    said = ''
    while not ending.is_set() and 'Autorestarting worker' not in said:
        said += log.read()
        for _ in range(20):
            try:
                ask_for('/')
            except OSError:
                time.sleep(0.1)


def client(page):
    connection = http.client.HTTPConnection('127.0.0.1', port)
    try:
        connection.request('GET', page)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        pass  # What these pages do to their worker is the answer.
    finally:
        connection.close()


def silent_upstream():
    # One for all requests that wait for it: what a storm of timeouts has in common is what it waits for.
    upstream = socket.create_server(('127.0.0.1', 0), backlog=128)
    held.append(upstream)
    return upstream.getsockname()[1]


def begin(address):
    page = address.partition('?')[0]
    with open('journal', 'a+') as journal:
        journal.seek(0, os.SEEK_END)
        threading.Thread(target=client, args=(address,), daemon=True).start()
        said = ''
        for _ in range(100):
            said += journal.read()
            begun = re.search(r'^begin (\d+) %s$' % page, said, re.MULTILINE)
            if begun:
                return 'worker %s has begun GET %s' % (begun.group(1), page)
            time.sleep(0.02)
    raise OSError('no worker has taken GET %s' % address)


def kill():
    # The worker that asks for this waits for the answer, so another one serves the page.
    victim = ask_for('/')
    os.kill(victim, signal.SIGKILL)
    return 'worker %d was killed with SIGKILL' % victim


def silent_client():
    held.append(socket.create_connection(('127.0.0.1', port), timeout=2))
    return 'a client has connected and says nothing'


def recycle():
    threading.Thread(target=burst, daemon=True).start()
    return 'many short requests are on their way, until a worker has served as many as it may'


def boot():
    write('boot', 'sleep 0.6; import-error')
    return tell_master('HUP')() + ', after a deploy with a missing module'


def tell_master(name):
    def tell():
        os.kill(master_pid, getattr(signal, 'SIG' + name))
        return 'master %d was sent %s' % (master_pid, name)
    return tell


ACTS = {
    'kill': kill, 'silent-client': silent_client, 'recycle': recycle, 'boot': boot,
    'reload': tell_master('HUP'), 'scale-down': tell_master('TTOU'), 'scale-up': tell_master('TTIN'),
}


def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            try:
                connection.settimeout(2)
                fault = connection.makefile().readline().strip()
                answer = begin(PAGES[fault]) if fault in PAGES else ACTS[fault]()
                connection.sendall((answer + '\n').encode())
            except (OSError, http.client.HTTPException) as error:
                try:
                    connection.sendall(('it could not be done: %s\n' % error).encode())
                except OSError:
                    pass


def end_everything():
    for name in STOPS:
        signal.signal(name, signal.SIG_IGN)
    with starting:
        ending.set()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and master_pid:
        kill_group(master_pid)
        try:
            # Orphans are ours too, as the subreaper: when there is no child left, nothing of it lives.
            while os.waitpid(-1, os.WNOHANG)[0] != 0:
                pass
        except ChildProcessError:
            break
        time.sleep(0.01)
    if memory_group:
        remove_memory_group()
    os.chdir('/')
    shutil.rmtree(folder, ignore_errors=True)


for name in STOPS:
    signal.signal(name, lambda *_: sys.exit(0))
prctl(PR_SET_CHILD_SUBREAPER, 1)
folder = tempfile.mkdtemp(prefix='gunspect-demo-')
try:
    os.chdir(folder)
    write('demo.py', order['app'])
    memory_group = make_memory_group()
    faults = [fault for fault in order['faults'] if memory_group or not fault.get('needsMemoryLimit')]
    upstream = silent_upstream()
    PAGES = {fault['id']: fault['page'].format(upstream=upstream) for fault in faults if 'page' in fault}
    write('faults.json', json.dumps(faults))
    port = free_port()
    listener = socket.socket(socket.AF_UNIX)
    # A relative path: the whole one may be longer than a socket's address can be.
    listener.bind('launcher.sock')
    listener.listen(8)
    threading.Thread(target=keep_running, daemon=True).start()
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    sys.stdin.read()
finally:
    end_everything()
`;

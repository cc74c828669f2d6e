/**
 * Makes one Python environment; run by the Python it is made from as `python3 -c <this> <folder> <requirement>…`.
 * Prints one line of JSON: `{"python", "gunicorn", "version"}`, or `{"failed"}` with what pip or venv said last.
 *
 * The lock is the kernel's, so it ends with whoever holds it: pip inherits it, and a half-made folder is never entered
 * while an orphaned pip still writes to it. The marker is written last; a folder without it is made again. The system's
 * pip installs into the folder where it can, because putting a pip into each one takes four seconds and needs Debian's
 * python3-venv.
 */
export const environmentMaker = String.raw`
import fcntl, json, os, shutil, signal, subprocess, sys

folder, requirements = sys.argv[1], sys.argv[2:]
marker = os.path.join(folder, 'environment.json')
python = os.path.join(folder, 'bin', 'python')
gunicorn = os.path.join(folder, 'bin', 'gunicorn')


def is_made():
    # A marker that names another folder was moved here with it, and the paths inside the environment were not.
    try:
        with open(marker) as file:
            return json.load(file)['python'] == python and os.path.exists(gunicorn)
    except (OSError, ValueError, KeyError):
        return False


def run(*command):
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, close_fds=False,
        start_new_session=True)
    try:
        output, errors = process.communicate()
    except BaseException:
        # pip starts itself anew in another process: all of them, or one goes on alone.
        os.killpg(process.pid, signal.SIGKILL)
        raise
    if process.returncode != 0:
        said = [line for line in (output + '\n' + errors).splitlines() if line.strip()]
        errors = [line for line in said if line.startswith('ERROR')]
        raise RuntimeError((errors or said or ['no output'])[-1].strip())
    return output.strip()


def system_pip_installs_elsewhere():
    try:
        import pip
        return tuple(int(part) for part in pip.__version__.split('.')[:2]) >= (22, 3)
    except (ImportError, ValueError):
        return False


def make():
    shutil.rmtree(folder, ignore_errors=True)
    run(sys.executable, '-m', 'venv', '--without-pip', folder)
    if system_pip_installs_elsewhere():
        pip = [sys.executable, '-m', 'pip', '--python', python]
    else:
        run(python, '-m', 'ensurepip')
        pip = [python, '-m', 'pip']
    run(*pip, 'install', '--quiet', '--no-input', '--disable-pip-version-check', *requirements)
    version = run(gunicorn, '--version').split()[-1].rstrip(')')
    with open(marker + '.new', 'w') as file:
        json.dump({'python': python, 'gunicorn': gunicorn, 'version': version}, file)
    os.rename(marker + '.new', marker)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
os.makedirs(os.path.dirname(folder), exist_ok=True)
with open(folder + '.lock', 'w') as lock:
    os.set_inheritable(lock.fileno(), True)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        if not is_made():
            make()
        with open(marker) as file:
            print(file.read())
    except (RuntimeError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        print(json.dumps({'failed': str(error)}))
`;

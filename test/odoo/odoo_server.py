#!/usr/bin/env python3
"""A throwaway real Odoo, with its PostgreSQL and this extension, from a Debian tree.

Role: everything the story (story.py), the schema comparison (fields.py) and
`make demo ODOO=19` need from a real Odoo: the cluster, the extension built and
installed for it, a database with demo data, the Odoo server, and calls into
both.  tree.sh makes the tree; nothing outside it is touched.

How it is held together: one process, the holder, owns a mount and a process
namespace in which everything runs, and reads a pipe from this one.  When the
pipe ends, for whatever reason (an orderly stop, an exception, kill -9 of this
process), the holder ends, and with it the kernel ends every process and every
mount of the run.  Nothing is left to clean up but files, and the next run
removes those.

Failure: every call raises with what the failing program said.  Nothing is
retried; waiting is polling with a deadline.

Run by itself it brings the server up and keeps it until Enter:
    sudo ./odoo_server.py [--version 19] [--no-extension] [--no-odoo]
"""
import argparse
import contextlib
import fcntl
import hashlib
import html
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))

# What each Debian tree holds (see tree.sh).
POSTGRES = {'14': '13', '19': '17'}
# Odoo 19 makes demo data only when told to; before that it is the default.
DEMO_FLAG = {'14': [], '19': ['--with-demo']}

MODULES = 'sale_management,sale_stock,stock'
DATABASE = 'supplier'
ROLE = 'odoo'                   # Odoo's role: no superuser, may create databases
MASTER_PASSWORD = 'test-master'  # of Odoo's database manager
EX_TEMPFAIL = 75                # tree.sh: no Debian mirror can be reached

# Raise this when prepare_pristine() makes something else than before, so that
# what an older version of it left is not used.
PRISTINE_FORMAT = 1


class NoMirror(Exception):
    """The tree cannot be built, because no Debian mirror can be reached."""


class Failed(Exception):
    """A program failed; the message holds what it said."""


class OdooError(Exception):
    """Odoo answered a call with an error; the message is Odoo's own."""


def wait_for(condition, seconds, what, interval=0.05):
    """Poll until condition() is true and return its value; raise at the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError('not within %s s: %s' % (seconds, what))
        time.sleep(interval)


def get_tree(version):
    """The path of the tree for this Odoo, built when it is not there."""
    made = subprocess.run([os.path.join(HERE, 'tree.sh'), version],
                          stdout=subprocess.PIPE, text=True)
    if made.returncode == EX_TEMPFAIL:
        raise NoMirror()
    if made.returncode != 0:
        raise Failed('tree.sh %s failed (exit code %d)' % (version, made.returncode))
    return made.stdout.strip()


def quote(value):
    """A value as an SQL literal."""
    if value is None:
        return 'NULL'
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, (int, float)):
        return repr(value)
    text = str(value)
    if '\\' in text:
        return " E'" + text.replace('\\', '\\\\').replace("'", "''") + "'"
    return "'" + text.replace("'", "''") + "'"


class Namespace:
    """A run's own mounts and processes inside a tree; gone when this process is."""

    # Reads its own process id through the mount of /proc it came with, since
    # that is the number the outside knows it by.  The shell stays as the first
    # process of the namespace and reaps what others leave behind.
    HOLDER = r'''
set -e
read -r pid rest </proc/self/stat
mount -t proc proc "$TREE/proc"
mount --rbind /dev "$TREE/dev"
mkdir -p "$TREE/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$TREE/dev/shm"
mount --bind "$TREE$RUN/tmp" "$TREE/tmp"
for overlaid in $OVERLAID; do
	mount --bind "$TREE$RUN/overlay$overlaid" "$TREE$overlaid"
done
echo "$pid"
cat >/dev/null
exit 0
'''

    def __init__(self, tree, run, overlaid=(), keep_fds=()):
        self.tree = tree
        self.holder = subprocess.Popen(
            ['unshare', '--mount', '--pid', '--fork', '--kill-child',
             'sh', '-c', self.HOLDER],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            pass_fds=keep_fds, start_new_session=True,
            env=dict(os.environ, TREE=tree, RUN=run, OVERLAID=' '.join(overlaid)))
        self.pid = self.holder.stdout.readline().strip()
        if not self.pid:
            raise Failed('the namespace for %s could not be made' % tree)

    def command(self, argv, user):
        return ['nsenter', '--target', self.pid, '--mount', '--pid', '--',
                'chroot', self.tree, 'setpriv', '--reuid=' + user,
                '--regid=' + user, '--init-groups', '--'] + argv

    @staticmethod
    def environment():
        # Nothing is inherited: a TZ of the machine, for one, breaks Odoo.
        return {'PATH': '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
                'LANG': 'C.UTF-8', 'HOME': '/tmp'}

    def popen(self, argv, user='root', **kw):
        # A process group of its own, so that all it starts can be ended with it.
        return subprocess.Popen(self.command(argv, user), env=self.environment(),
                                start_new_session=True, **kw)

    def run(self, argv, user='root', stdin=None, check=True):
        done = subprocess.run(self.command(argv, user), env=self.environment(),
                              input=stdin if stdin is not None else '',
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if check and done.returncode != 0:
            raise Failed('%s failed (exit code %d): %s' % (
                ' '.join(argv), done.returncode, (done.stderr + done.stdout)[-4000:]))
        return done

    def close(self):
        self.holder.stdin.close()
        try:
            self.holder.wait(30)
        except subprocess.TimeoutExpired:
            self.holder.kill()
            self.holder.wait()
        self.holder.stdout.close()


class OdooServer:
    """One run: a cluster, the extension, a database, an Odoo.  Use with `with`."""

    def __init__(self, version='19', extension=True, settings=None,
                 first_port=None, tree=None, modules=MODULES):
        self.version = version
        self.modules = modules
        self.with_extension = extension
        self.settings = settings or {}
        self.modules = modules
        self.tree = tree or get_tree(version)
        self.pg_bin = '/usr/lib/postgresql/%s/bin' % POSTGRES[version]
        self.database = DATABASE
        self.namespace = self.postgres = self.odoo = None
        self.uids = {}
        self.take_ports(first_port or int(os.environ.get('CARTONA_ODOO_PORT', 18200)))

    # ---------------------------------------------------------------- the run

    def take_ports(self, first):
        """A free pair of ports, and the run folder and lock that belong to it."""
        # tree.sh does not rebuild a tree while somebody holds this.
        self.in_use = open('%s/.lock-%s' % os.path.split(self.tree), 'w')
        fcntl.flock(self.in_use, fcntl.LOCK_SH)
        runs = self.tree + '/var/lib/cartona-run'
        os.makedirs(runs, exist_ok=True)
        for port in range(first, first + 100, 2):
            # of the run folder; and of the port, which a run from another tree must not choose, too
            locks = [open('%s/%d.lock' % (runs, port), 'w'),
                     open('%s/.port-%d' % (os.path.dirname(self.tree), port), 'w')]
            try:
                # The holder keeps them too: it ends only after everything of
                # the run has.
                for lock in locks:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for candidate in (port, port + 1):
                    with socket.socket() as probe:
                        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                        probe.bind(('127.0.0.1', candidate))
            except OSError:
                for lock in locks:
                    lock.close()
                continue
            self.locks = locks
            self.pg_port, self.http_port = port, port + 1
            self.run_dir = '/var/lib/cartona-run/%d' % port   # seen from inside
            return
        raise Failed('no free pair of ports from %d on' % first)

    def outside(self, path):
        """The same path as this process sees it."""
        return self.tree + path

    @property
    def log_dir(self):
        return self.outside(self.run_dir + '/log')

    def __enter__(self):
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *unused):
        self.close()

    def open(self):
        """Everything but Odoo itself: the namespace, the extension, the cluster."""
        shutil.rmtree(self.outside(self.run_dir), ignore_errors=True)
        for folder in ('tmp', 'log'):
            os.makedirs(self.outside(self.run_dir + '/' + folder))
            os.chmod(self.outside(self.run_dir + '/' + folder), 0o1777)
        # The extension is installed over copies (hard links) of the two
        # folders it goes to, so the tree stays as Debian made it: a server
        # without the extension runs from the same tree.
        overlaid = []
        if self.with_extension:
            overlaid = ['/usr/lib/postgresql/%s/lib' % POSTGRES[self.version],
                        '/usr/share/postgresql/%s/extension' % POSTGRES[self.version]]
            for folder in overlaid:
                shutil.copytree(self.outside(folder),
                                self.outside(self.run_dir + '/overlay' + folder),
                                symlinks=True, copy_function=os.link)
        self.namespace = Namespace(self.tree, self.run_dir, overlaid,
                                   keep_fds=[lock.fileno() for lock in (*self.locks, self.in_use)])
        if self.with_extension:
            self.install_extension()
        pristine = self.prepare_pristine()
        for part in ('pg', 'odoo'):
            self.namespace.run(['cp', '-a', '--reflink=auto', pristine + '/' + part,
                                self.run_dir + '/' + part])
        self.configure_postgres()
        self.start_postgres()

    def close(self):
        """End everything; only the logs stay, until the next run."""
        with contextlib.suppress(Exception):
            self.stop_odoo()
        with contextlib.suppress(Exception):
            self.stop_postgres()
        if self.namespace:
            self.namespace.close()
            self.namespace = None
        for part in ('tmp', 'pg', 'odoo', 'overlay', 'src'):
            shutil.rmtree(self.outside(self.run_dir + '/' + part), ignore_errors=True)
        for lock in (*self.locks, self.in_use):
            lock.close()

    # ---------------------------------------------------------- the extension

    def install_extension(self):
        """Build the project's source, as it is now, with the tree's own PostgreSQL."""
        source = self.outside(self.run_dir + '/src')
        shutil.copytree(PROJECT, source, symlinks=True, ignore=shutil.ignore_patterns(
            '.git', '*.o', '*.so', '*.bc', '__pycache__', 'tmp_check', 'results'))
        pg_config = 'PG_CONFIG=%s/pg_config' % self.pg_bin
        for target in (['clean'], ['-j2', 'all'], ['install']):
            self.namespace.run(['make', '-s', '-C', self.run_dir + '/src', pg_config] + target)

    # ------------------------------------------------------------ the cluster

    def prepare_pristine(self):
        """A cluster with an Odoo database and demo data, made once for each tree.

        It is made without the extension, and every run starts from a copy."""
        key = hashlib.sha256(repr((PRISTINE_FORMAT, self.modules, DATABASE)).encode()).hexdigest()[:12]
        pristine = '/var/cache/cartona-pristine-' + key
        making = self.run_dir + '/pristine'
        if os.path.isdir(self.outside(pristine)):
            return pristine
        log('making the pristine database of Odoo %s (a minute or two)' % self.version)
        run = self.namespace.run
        run(['mkdir', '-p', making])
        run(['install', '-d', '-o', 'postgres', '-g', 'postgres', '-m', '0700', making + '/pg'])
        run(['install', '-d', '-o', 'odoo', '-g', 'odoo', making + '/odoo'])
        run([self.pg_bin + '/initdb', '-D', making + '/pg', '-U', 'postgres',
             '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8'], 'postgres')
        self.start_postgres(making + '/pg', ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1',
                                             '-c', 'unix_socket_directories=/tmp'])
        try:
            self.sql('CREATE ROLE %s NOSUPERUSER CREATEDB LOGIN' % ROLE, database='postgres')
            self.sql('CREATE DATABASE %s OWNER %s TEMPLATE template0' % (DATABASE, ROLE),
                     database='postgres')
            with open(self.log_dir + '/pristine.log', 'w') as out:
                install = self.namespace.popen(
                    ['odoo', '--db_host=127.0.0.1', '--db_port=%d' % self.pg_port,
                     '--db_user=' + ROLE, '--db_password=' + ROLE,
                     '--data-dir=' + making + '/odoo', '-d', DATABASE, '-i', self.modules,
                     '--stop-after-init', '--no-http', '--max-cron-threads=0',
                     *DEMO_FLAG[self.version]], 'odoo', stdout=out, stderr=out)
                if install.wait() != 0 or not self.value(
                        "SELECT count(*) FROM ir_module_module"
                        " WHERE name = 'sale_stock' AND state = 'installed'"):
                    raise Failed('Odoo could not make its database; see ' + out.name)
        finally:
            self.stop_postgres()
        run(['mv', making, pristine])
        return pristine

    def configure_postgres(self):
        settings = {
            'listen_addresses': '127.0.0.1',
            'unix_socket_directories': '/tmp',
            'log_line_prefix': '%m [%p] %q%u@%d %a ',
            # a secret must not show in the log even when everything is logged
            'log_statement': 'all',
            'log_min_messages': 'info',
            # the moment of a commit, to the microsecond: the story compares it
            # with the moment the marketplace was called
            'track_commit_timestamp': 'on',
        }
        if self.with_extension:
            settings['shared_preload_libraries'] = 'cartona_integration'
            settings['cartona.databases'] = DATABASE
        settings.update(self.settings)
        with open(self.outside(self.run_dir + '/pg/postgresql.conf'), 'a') as conf:
            for name, value in settings.items():
                conf.write('%s = %s\n' % (name, quote(value)))

    def configure(self, name, value):
        """Change one setting of the running server."""
        self.sql('ALTER SYSTEM SET %s = %s' % (name, quote(value)))
        self.sql('SELECT pg_reload_conf()')

    def start_postgres(self, data=None, options=()):
        data = data or self.run_dir + '/pg'
        with open(self.log_dir + '/postgres.log', 'a') as out:
            self.postgres = self.namespace.popen(
                [self.pg_bin + '/postgres', '-D', data, '-p', str(self.pg_port), *options],
                'postgres', stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self.pg_data = data
        wait_for(self.accepting, 60, 'PostgreSQL accepts connections (see %s)' % out.name)

    def accepting(self):
        if self.postgres.poll() is not None:
            raise Failed('PostgreSQL ended at its start; see %s/postgres.log' % self.log_dir)
        return self.namespace.run(
            [self.pg_bin + '/pg_isready', '-q', '-h', '127.0.0.1', '-p', str(self.pg_port)],
            check=False).returncode == 0

    def stop_postgres(self, mode='fast'):
        """Returns how many seconds it took."""
        started = time.monotonic()
        if self.postgres and self.postgres.poll() is None:
            self.namespace.run([self.pg_bin + '/pg_ctl', 'stop', '-D', self.pg_data,
                                '-m', mode, '-t', '60'], 'postgres')
            self.postgres.wait()
        self.postgres = None
        return time.monotonic() - started

    def postmaster_pid(self):
        with open(self.outside(self.pg_data + '/postmaster.pid')) as pid_file:
            return int(pid_file.readline())

    def kill(self, pid, name='KILL'):
        """Signal a process of the run by the number PostgreSQL knows it by."""
        self.namespace.run(['kill', '-' + name, str(pid)])

    def crash_postgres(self):
        """kill -9 of the postmaster; returns when its last child is gone."""
        self.kill(self.postmaster_pid())
        self.postgres.wait()
        wait_for(lambda: self.namespace.run(['pgrep', '-u', 'postgres'], check=False)
                 .returncode == 1, 30, "the dead postmaster's children leave")
        self.postgres = None

    # --------------------------------------------------------------------- SQL

    def psql(self, script, user='postgres', database=None, check=True):
        return self.namespace.run(
            ['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1',
             '-p', str(self.pg_port), '-U', user, '-d', database or self.database],
            stdin=script, check=check)

    def sql(self, statement, user='postgres', database=None):
        return self.psql(statement, user, database).stdout

    def rows(self, query, user='postgres', database=None):
        """The rows of a query, each a dict."""
        return json.loads(self.sql(
            "SELECT coalesce(json_agg(t), '[]') FROM (%s) t" % query, user, database))

    def value(self, query, user='postgres', database=None):
        """The one value of a query as text ('' is NULL)."""
        return self.sql(query, user, database).rstrip('\n')

    # -------------------------------------------------------------------- Odoo

    def start_odoo(self, workers=0):
        """Odoo's server: threads, or so many processes."""
        conf = self.run_dir + '/odoo.conf'
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            bus = probe.getsockname()[1]
        with open(self.outside(conf), 'w') as out:
            out.write('[options]\n' + ''.join('%s = %s\n' % pair for pair in {
                'db_host': '127.0.0.1', 'db_port': self.pg_port,
                'db_user': ROLE, 'db_password': ROLE,
                'http_interface': '127.0.0.1', 'http_port': self.http_port,
                'data_dir': self.run_dir + '/odoo', 'admin_passwd': MASTER_PASSWORD,
                'max_cron_threads': 1, 'workers': workers, 'list_db': True,
                # of the process for the bus, where there are several
                'longpolling_port' if self.version == '14' else 'gevent_port': bus,
            }.items()))
        os.chmod(self.outside(conf), 0o644)
        with open(self.log_dir + '/odoo.log', 'a') as out:
            self.odoo = self.namespace.popen(['odoo', '-c', conf], 'odoo',
                                             stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        wait_for(self.answering, 120, 'Odoo answers (see %s)' % out.name, 0.2)
        self.uids = {}
        self.login()

    def update(self, modules):
        """-u of these modules, while no Odoo runs; what it said."""
        done = self.namespace.run(['odoo', '-c', self.run_dir + '/odoo.conf', '-d', self.database, '-u', ','.join(modules),
                                   '--stop-after-init', '--no-http', '--workers=0', '--max-cron-threads=0'], 'odoo')
        return done.stdout + done.stderr

    def answering(self):
        if self.odoo.poll() is not None:
            raise Failed('Odoo ended at its start; see %s/odoo.log' % self.log_dir)
        try:
            return bool(self.jsonrpc('common', 'version', []))
        except (OSError, http.client.HTTPException):
            return False

    def stop_odoo(self):
        if self.odoo and self.odoo.poll() is None:
            # the group, because Odoo starts processes that do not end with it
            os.killpg(self.odoo.pid, signal.SIGTERM)
            try:
                self.odoo.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.odoo.pid, signal.SIGKILL)
                self.odoo.wait()
        self.odoo = None

    def request(self, method, path, body=None, headers=None, timeout=300):
        connection = http.client.HTTPConnection('127.0.0.1', self.http_port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def jsonrpc(self, service, method, args):
        status, _, body = self.request(
            'POST', '/jsonrpc',
            json.dumps({'jsonrpc': '2.0', 'method': 'call', 'id': 1,
                        'params': {'service': service, 'method': method, 'args': args}}),
            {'Content-Type': 'application/json'})
        if status != 200:
            raise OdooError('HTTP status %d' % status)
        answer = json.loads(body)
        if 'error' in answer:
            data = answer['error'].get('data', {})
            raise OdooError('%s: %s' % (data.get('name'), data.get('message')))
        return answer.get('result')

    def login(self, login='admin', password='admin', database=None):
        """The user's id; asked once for each database."""
        key = (database or self.database, login)
        if key not in self.uids:
            uid = self.jsonrpc('common', 'authenticate',
                               [key[0], login, password, {}])
            if not uid:
                raise OdooError('%s cannot log in to %s' % (login, key[0]))
            self.uids[key] = uid
        return self.uids[key]

    def call(self, model, method, args=(), kw=None, login='admin', database=None):
        """A method of a model, as the user whose password is his login (demo data)."""
        database = database or self.database
        return self.jsonrpc('object', 'execute_kw',
                            [database, self.login(login, login, database), login,
                             model, method, list(args), kw or {}])

    def read(self, model, ids, fields, **kw):
        return self.call(model, 'read', [ids, fields], **kw)

    def search_read(self, model, domain, fields, **kw):
        return self.call(model, 'search_read', [domain, fields], **kw)

    # -------------------------------------------------- Odoo's database manager

    def manager(self, action, fields, file=None):
        """A form of /web/database, as a browser sends it."""
        boundary = uuid.uuid4().hex
        parts = []
        for name, value in dict(fields, master_pwd=MASTER_PASSWORD).items():
            parts.append(('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
                          % (boundary, name, value)).encode())
        if file is not None:
            parts += [('--%s\r\nContent-Disposition: form-data; name="backup_file";'
                       ' filename="backup"\r\nContent-Type: application/octet-stream\r\n\r\n'
                       % boundary).encode(), file, b'\r\n']
        parts.append(('--%s--\r\n' % boundary).encode())
        status, headers, body = self.request(
            'POST', '/web/database/' + action, b''.join(parts),
            {'Content-Type': 'multipart/form-data; boundary=' + boundary}, 600)
        # A refused form comes back as the page, with the reason in it.
        if headers.get('Content-Type', '').startswith('application/octet-stream'):
            return body
        if status in (302, 303):
            return None
        page = body.decode('utf-8', 'replace')
        reason = re.search(r'class="alert alert-danger"[^>]*>(.*?)</div>', page, re.S)
        raise OdooError('database manager, %s: %s' % (
            action, html.unescape(' '.join(reason.group(1).split())) if reason else 'HTTP status %d' % status))

    def backup(self, backup_format='zip', database=None):
        return self.manager('backup', {'name': database or self.database,
                                       'backup_format': backup_format})

    def restore(self, name, backup):
        self.manager('restore', {'name': name, 'copy': 'true'}, backup)

    def duplicate(self, new_name, database=None):
        self.manager('duplicate', {'name': database or self.database, 'new_name': new_name})

    def drop(self, name):
        self.manager('drop', {'name': name})
        self.uids = {key: uid for key, uid in self.uids.items() if key[0] != name}


def log(message):
    print('# ' + message, file=sys.stderr, flush=True)


def need_root():
    """Namespaces and the tree's users need root; ask sudo for it when there is none."""
    if os.geteuid() != 0:
        kept = ['%s=%s' % (name, os.environ[name]) for name in
                ('CARTONA_ODOO_TREES', 'CARTONA_ODOO_PORT') if name in os.environ]
        os.execvp('sudo', ['sudo', *kept, sys.executable, *sys.argv])


def stop_on_signals():
    """SIGTERM and SIGHUP end a run as SIGINT does: through its finally clauses."""
    def leave(number, frame):
        raise SystemExit(128 + number)
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--version', default='19', choices=sorted(POSTGRES))
    parser.add_argument('--no-extension', action='store_true',
                        help='a server on which this extension is not installed')
    parser.add_argument('--no-odoo', action='store_true', help='the cluster only')
    args = parser.parse_args()
    need_root()
    stop_on_signals()
    try:
        with OdooServer(args.version, extension=not args.no_extension) as server:
            if not args.no_odoo:
                server.start_odoo()
                print('Odoo        http://127.0.0.1:%d  (admin / admin, database manager: %s)'
                      % (server.http_port, MASTER_PASSWORD))
            print('PostgreSQL  psql -h 127.0.0.1 -p %d -U odoo %s'
                  % (server.pg_port, server.database))
            print('Logs        ' + server.log_dir)
            print('Enter ends it.', flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                sys.stdin.readline()
    except NoMirror:
        sys.exit(EX_TEMPFAIL)


if __name__ == '__main__':
    main()

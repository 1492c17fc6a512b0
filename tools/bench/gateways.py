# tools/bench/gateways.py - the gateways that tools/bench/run measures: smppd and Kannel, each
# started with a configuration of its own in a directory of its own.
import concurrent.futures
import http.client
import json
import os
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time

NUMBERS = (447700900000, 447700900099)
SYSTEM_ID = 'bench'


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def raise_descriptor_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def write_private(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as file:
        file.write(text)


def await_true(what, is_true, seconds=30, pause=0.05):
    until = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > until:
            sys.exit(f'run: {what} did not happen in {seconds} s')
        time.sleep(pause)


class Control(http.client.HTTPConnection):
    """HTTP over smppd's control socket; the connection is kept."""

    def __init__(self, path):
        super().__init__('smppd', timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)

    def call(self, method, target, body=None, content_type='application/json'):
        if body is not None and not isinstance(body, str):
            body = json.dumps(body)
        headers = {'Content-Type': content_type} if body is not None else {}
        self.request(method, target, body, headers)
        answer = self.getresponse()
        text = answer.read().decode()
        if answer.status >= 300:
            sys.exit(f'run: {method} {target}: {answer.status} {text}')
        return json.loads(text) if text else None


def call_all(path, calls, connections=32):
    """Calls over many connections, each a (method, target, body): they share commits."""
    def one_share(share):
        control = Control(path)
        for call in share:
            control.call(*call)
    shares = [calls[i::connections] for i in range(connections)]
    with concurrent.futures.ThreadPoolExecutor(connections) as threads:
        list(threads.map(one_share, shares))


class Gateway:
    """Something with processes in a directory; a context manager that ends them."""

    def __init__(self, run, name):
        self.run = run
        self.directory = os.path.join(run.directory, f'{name}-{secrets.token_hex(4)}')
        os.mkdir(self.directory, 0o700)
        self.carrier = f'127.0.0.1:{free_port()}'
        self.processes = []

    def spawn(self, *words, log):
        with open(os.path.join(self.directory, log), 'ab') as out:
            process = subprocess.Popen(words, cwd=self.directory, stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=out, preexec_fn=raise_descriptor_limit)
        self.processes.append(process)
        return process

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []

    def pid_words(self):
        return [word for process in self.processes for word in ('--pid', process.pid)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        if not self.run.given.keep:
            shutil.rmtree(self.directory, ignore_errors=True)


class Smppd(Gateway):
    """smppd with carriers that are smppd-bench and numbers that are assigned for good."""

    def __init__(self, run, carriers=1, binds=1, log_level='info'):
        super().__init__(run, 'smppd')
        self.platform = f'127.0.0.1:{free_port()}'
        self.socket = os.path.join(self.directory, 'control.sock')
        self.password_file = os.path.join(self.directory, 'bench.password')
        write_private(self.password_file, secrets.token_hex(4) + '\n')
        self.configure(carriers, binds, log_level)
        self.start()
        self.set_up()

    def configure(self, carriers, binds, log_level):
        lines = ['store:', f'  sqlite: {self.directory}/state.db',
                 f'  key: {{file: {self.directory}/store.key}}',
                 'control:', f'  socket: {self.socket}',
                 'platform_listeners:', f'  - listen: {self.platform}', '    window: 10000',
                 '    binds_max: 1000', '    unbound_per_address_max: 2000', '    inactivity: 0s',
                 'carriers:']
        for i in range(carriers):
            lines += [f'  bench{i}:', f'    hosts: ["{self.carrier}"]', '    system_id: smppd',
                      f'    password: {{file: {self.password_file}}}', '    bind: receiver',
                      f'    binds: {binds}',
                      '    timers: {reconnect: {from: 100ms, to: 500ms}}']
        lines += self.more_configuration()
        lines += ['log:', f'  level: {log_level}', '']
        self.config = os.path.join(self.directory, 'smppd.yaml')
        with open(self.config, 'w') as file:
            file.write('\n'.join(lines))

    def more_configuration(self):
        return ['api: {listen: []}']

    def start(self):
        """Milliseconds from the exec until it says that it is ready."""
        begun = time.monotonic()
        process = self.spawn(os.path.abspath(self.run.smppd), '--config', self.config,
                             log='smppd.log')

        def serving():
            if process.poll() is not None:
                with open(os.path.join(self.directory, 'smppd.log')) as log:
                    sys.exit(f'run: smppd ended: {log.read()[-2000:]}')
            try:
                Control(self.socket).call('GET', '/healthz')
                return True
            except OSError:
                return False
        await_true("smppd's start", serving, 120, 0.005)
        return round(1000 * (time.monotonic() - begun))

    def set_up(self):
        control = Control(self.socket)
        control.call('POST', '/v1/platforms', {
            'name': 'bench', 'system_id': SYSTEM_ID, 'password': self.password(),
            'window': 10000, 'binds_max': 1000})
        self.import_numbers(control, *NUMBERS)
        for number in range(NUMBERS[0], NUMBERS[1] + 1):
            control.call('POST', f'/v1/numbers/+{number}/assign', {'platform': 'bench'})

    def password(self):
        with open(self.password_file) as file:
            return file.readline().strip()

    @staticmethod
    def import_numbers(control, first, last):
        control.call('POST', '/v1/numbers/import', 'number,country,capabilities\n' + ''.join(
            f'+{number},GB,MO\n' for number in range(first, last + 1)), 'text/csv')

    def bench_words(self, mo=True):
        words = self.pid_words() + ['--platform', self.platform, '--system-id', SYSTEM_ID,
                                    '--password-file', self.password_file]
        if mo:
            words += ['--carrier-listen', self.carrier, '--numbers', '%d-%d' % NUMBERS]
        return words

    def without_platform(self):
        return NobodyBound(self)

    def commits(self):
        """What its writer says of its commits so far."""
        return {'writer': Control(self.socket).call('GET', '/v1/status').get('writer')}

    def rss_kib(self):
        with open(f'/proc/{self.processes[0].pid}/status') as file:
            return next(int(line.split()[1]) for line in file if line.startswith('VmRSS'))

    def store_mib(self):
        files = ('state.db', 'state.db-wal')
        paths = [os.path.join(self.directory, name) for name in files]
        return round(sum(os.path.getsize(p) for p in paths if os.path.exists(p)) / 2**20)


class NobodyBound:
    """The same smppd while its platform is away."""

    def __init__(self, smppd):
        self.smppd = smppd

    def bench_words(self):
        return self.smppd.pid_words() + ['--carrier-listen', self.smppd.carrier,
                                         '--numbers', '%d-%d' % NUMBERS]


class Kannel(Gateway):
    """bearerbox and smsbox: the same messages in over SMPP, out over HTTP to smppd-bench."""

    BEARERBOX = '/usr/sbin/bearerbox'
    SMSBOX = '/usr/sbin/smsbox'

    @classmethod
    def missing(cls):
        return next((p for p in (cls.BEARERBOX, cls.SMSBOX) if not os.access(p, os.X_OK)), None)

    def __init__(self, run, store):
        super().__init__(run, f'kannel-{store}')
        self.sink = f'127.0.0.1:{free_port()}'
        config = self.configure(store)
        self.spawn(self.BEARERBOX, '-v', '4', config, log='bearerbox.out')
        await_true("bearerbox's start", lambda: self.listens(self.box_port))
        self.spawn(self.SMSBOX, '-v', '4', config, log='smsbox.out')
        time.sleep(1)

    @staticmethod
    def listens(port):
        with socket.socket() as probe:
            return probe.connect_ex(('127.0.0.1', port)) == 0

    def configure(self, store):
        self.box_port, admin_port, send_port = free_port(), free_port(), free_port()
        host, port = self.carrier.split(':')
        core = ['group = core', f'admin-port = {admin_port}', 'admin-interface = 127.0.0.1',
                f'admin-password = {secrets.token_hex(8)}', f'smsbox-port = {self.box_port}',
                'smsbox-interface = 127.0.0.1', f'log-file = {self.directory}/bearerbox.log',
                'log-level = 4', 'dlr-storage = internal']
        if store != 'none':
            core += [f'store-type = {store}', f'store-location = {self.directory}/store']
            if store == 'spool':
                os.mkdir(f'{self.directory}/store')
        smsc = ['group = smsc', 'smsc = smpp', 'smsc-id = bench', f'host = {host}',
                f'port = {port}', 'smsc-username = smppd', 'smsc-password = bench',
                'system-type = ""', 'transceiver-mode = 1', 'reconnect-delay = 1',
                'max-pending-submits = 1000']
        smsbox = ['group = smsbox', 'bearerbox-host = 127.0.0.1', f'sendsms-port = {send_port}',
                  'sendsms-interface = 127.0.0.1', f'log-file = {self.directory}/smsbox.log',
                  'log-level = 4', 'global-sender = bench', 'http-queue-delay = 1',
                  'max-pending-requests = 1000']
        service = ['group = sms-service', 'keyword = default', 'catch-all = yes',
                   'max-messages = 0',
                   f'get-url = "http://{self.sink}/mo?from=%p&to=%P&text=%a"']
        path = os.path.join(self.directory, 'kannel.conf')
        write_private(path, '\n\n'.join('\n'.join(group)
                                        for group in (core, smsc, smsbox, service)) + '\n')
        return path

    def bench_words(self):
        return self.pid_words() + ['--http', self.sink, '--carrier-listen', self.carrier,
                                   '--numbers', '%d-%d' % NUMBERS]

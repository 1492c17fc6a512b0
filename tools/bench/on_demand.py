# tools/bench/on_demand.py - the cases of numbers on demand: sessions over the API, codes that are
# found, events to webhooks, and what of it runs without a daemon.
import os
import time

import gateways

WORKFLOW = 'bench'
CODE_TEXT = ': {code} is your login code. Do not share it.'
FIRST_OF_MANY = 447400000000


class OnDemand(gateways.Smppd):
    """smppd with its API open to the bench, a workflow, and webhooks to this machine allowed."""

    def __init__(self, run, numbers=gateways.NUMBERS, account=True, leased=False, key=True,
                 hooks_at_once=100):
        self.numbers = numbers
        self.account = account
        self.leased = leased
        self.key = key
        self.hooks_at_once = hooks_at_once
        self.api = f'127.0.0.1:{gateways.free_port()}'
        self.sink = f'127.0.0.1:{gateways.free_port()}'
        super().__init__(run)

    def more_configuration(self):
        return ['api:', f'  listen: ["{self.api}"]', '  requests_per_second: 1000000',
                '  burst: 1000000', 'webhooks:', '  allow_http: true', '  allow_private: true',
                f'  in_flight_max: {max(200, self.hooks_at_once)}',
                f'  per_host_max: {self.hooks_at_once}', 'workflows:', f'  {WORKFLOW}:',
                '    attempts: 20', '    ttl: 1h', '    ttl_max: 2h', '    release_on: []']

    def set_up(self):
        control = gateways.Control(self.socket)
        platform = {'name': 'bench'}
        if self.account:
            platform |= {'system_id': gateways.SYSTEM_ID, 'password': self.password(),
                         'window': 10000, 'binds_max': 1000}
        control.call('POST', '/v1/platforms', platform)
        self.import_numbers(control, *self.numbers)
        if self.leased:
            gateways.call_all(self.socket, [
                ('POST', '/v1/sessions', {'platform': 'bench', 'workflow': WORKFLOW})
                for _ in range(self.numbers[0], self.numbers[1] + 1)])
        if not self.key:
            return
        key = control.call('POST', '/v1/platforms/bench/keys', {'name': 'bench'})['key']
        self.key_file = os.path.join(self.directory, 'api.key')
        gateways.write_private(self.key_file, key + '\n')

    def assign(self):
        gateways.call_all(self.socket, [
            ('POST', f'/v1/numbers/+{number}/assign', {'platform': 'bench'})
            for number in range(self.numbers[0], self.numbers[1] + 1)])
        return self

    def add_webhook(self, *events):
        gateways.Control(self.socket).call('POST', '/v1/webhooks', {
            'platform': 'bench', 'url': f'http://{self.sink}/hook', 'events': events})
        return self

    def message_words(self):
        return self.pid_words() + ['--carrier-listen', self.carrier,
                                   '--numbers', '%d-%d' % self.numbers]

    def webhook_words(self):
        return self.message_words() + ['--http', self.sink]

    def platform_words(self):
        return self.message_words() + ['--platform', self.platform, '--system-id',
                                       gateways.SYSTEM_ID, '--password-file', self.password_file]

    def api_words(self):
        return self.pid_words() + ['--api', self.api, '--key-file', self.key_file,
                                   '--workflow', WORKFLOW]


def api(run):
    """Sessions that are allocated, get their code, are verified, are released."""
    seconds = run.given.seconds
    most = 60_000 * seconds  # more than come in the time
    span = (FIRST_OF_MANY, FIRST_OF_MANY + most + 1_999)
    for connections in (16, 64):
        with OnDemand(run, numbers=span) as smppd:
            run.measure('api', '--name', f'api, {connections} connections', *smppd.api_words(),
                        '--carrier-listen', smppd.carrier, '--connections', connections,
                        '--count', 0, '--seconds', seconds, after=smppd.commits)
    with OnDemand(run, numbers=span) as smppd:
        run.measure('api', '--name', 'api, 2000/s', *smppd.api_words(), '--carrier-listen',
                    smppd.carrier, '--connections', 64, '--rate', 2_000, '--seconds', seconds,
                    after=smppd.commits)


def webhook(run):
    """Messages of assigned numbers to a webhook. By count: they are taken in faster than they go
    out, and what was taken in for `seconds` might take long to go out."""
    for at_once in (10, 100):
        with OnDemand(run, account=False, hooks_at_once=at_once) as smppd:
            smppd.assign().add_webhook('message.received')
            run.measure('mo', '--name', f'webhook, {at_once} at once', *smppd.webhook_words(),
                        '--window', 1000, '--count', 5_000 * run.given.seconds, '--patience', 20,
                        after=smppd.commits)
    with OnDemand(run, account=False) as smppd:
        smppd.assign().add_webhook('message.received')
        run.measure('mo', '--name', 'webhook, 1000/s', *smppd.webhook_words(), '--rate', 1_000,
                    '--window', 10_000, '--warm-up', 1_000, '--seconds', run.given.seconds,
                    after=smppd.commits)


def leased(run):
    """The same messages, with a code: to assigned numbers of a platform that only binds, of one
    that has a key and so may ask for events, and to leased numbers. The numbers are many, so that a
    session has a few codes and not all that it may have."""
    totals = {}
    span = (FIRST_OF_MANY, FIRST_OF_MANY + 19_999)
    for kind in ('assigned', 'assigned, with events', 'leased'):
        with OnDemand(run, span, leased=kind == 'leased', key=kind != 'assigned') as smppd:
            if kind != 'leased':
                smppd.assign()
            line = run.measure('mo', '--name', f'numbers {kind}', *smppd.platform_words(),
                               '--text', CODE_TEXT, '--window', 1000, '--seconds',
                               run.given.seconds, after=smppd.commits)
            totals[kind] = line.get('cpu_us_per_message', {}).get('total', 0)
    run.keep({'case': 'more than for assigned numbers', 'cpu_us_per_message': {
        kind: round(total - totals['assigned'], 1) for kind, total in totals.items()}})


def extract(run):
    run.measure('extract', '--seconds', max(4, run.given.seconds))


def verify_time(run):
    run.measure('verify-time', '--samples', 200_000 * run.given.seconds)


def pool(run):
    """Allocation in pools of many sizes, and a daemon with a million numbers."""
    for numbers in (1_000, 10_000, 100_000, 1_000_000):
        run.measure('pool', '--name', f'pool of {numbers}', '--numbers', numbers)
    with OnDemand(run) as smppd:
        empty = smppd.rss_kib()
        begun = time.monotonic()
        smppd.import_numbers(gateways.Control(smppd.socket), FIRST_OF_MANY,
                             FIRST_OF_MANY + 999_999)
        took = round(time.monotonic() - begun, 1)
        after_import = smppd.rss_kib()
        smppd.stop()
        serving = smppd.start()
        run.keep({'case': 'smppd with 1,000,000 numbers', 'import_s': took, 'empty_rss_kib': empty,
                  'rss_after_import_kib': after_import, 'serving_after_ms': serving,
                  'rss_after_start_kib': smppd.rss_kib(), 'store_mib': smppd.store_mib()})


CASES = [('api', api), ('webhook', webhook), ('leased', leased), ('extract', extract),
         ('verify-time', verify_time), ('pool', pool)]

"""A second verifier of Sunlit, written from the specification and sharing no code with the first.

    python3 e2e/second-verifier/verify.py http://host:port TENDER --policy witnesses.txt --ca authorities.pem
    python3 e2e/second-verifier/verify.py evidence.zip|FOLDER [TENDER] [options]
    python3 e2e/second-verifier/verify.py attempt.json --policy witnesses.txt

Python 3.9 or later and openssl 3; nothing else. Policy and authorities are one's own; only a sandbox, whose log origin
ends in /sandbox, may bring them itself. Exit codes: 0 every check of these numbers holds, 1 one fails, 2 wrong
arguments or nothing to check, 3 nothing is wrong but something could not be checked yet.
"""
import argparse
import os
import sys

import probes
from attempt import verify_attempt
from audit import audit
from cms import Trust
from events import Events
from note import Judge, Policy
from opened import verify_opened
from opening import Lot
from outages import verify_closing, verify_moves, verify_outages
from papers import verify_handed, verify_papers
from report import Report, Stop
from source import HttpSource, SavedSource, open_source, save, tender_of
from tender import Tender
from wire import Malformed, must, parse_json, pem_blocks
from windows import verify_windows


def read_file(name):
    with open(name, encoding='utf-8') as file:
        return file.read()


def read_bytes(name):
    with open(name, 'rb') as file:
        return file.read()


def policy_of(source, given):
    if given is not None:
        return Policy(read_file(given))
    raw = source.get('/log/policy')
    must(raw is not None, 'the platform publishes no policy')
    policy = Policy(raw.decode())
    must(policy.sandbox, 'outside a sandbox a --policy of your own is needed')
    return policy


def trust_of(source, given, policy):
    answer = parse_json(source.get('/api/certificates/ca'))['authorities']
    lists = [der for one in answer if one['crl'] for der in pem_blocks(one['crl']['pem'], 'X509 CRL')]
    if given is not None:
        return Trust(pem_blocks(read_file(given), 'CERTIFICATE'), lists)
    must(policy.sandbox, 'outside a sandbox authorities of your own (--ca) are needed')
    return Trust([der for one in answer for der in pem_blocks(one['pem'], 'CERTIFICATE')], lists)


def verify(source, tender_id, options):
    """All checks of one tender."""
    report = Report()
    policy = policy_of(source, options.policy)
    remembered = None if options.remember is None else read_file(options.remember)
    log = audit(source, Judge(policy), report, remembered)
    if isinstance(source, SavedSource):
        if options.policy is None:
            report.check('V-01').gap('by the policy in the bundle itself: agreement with itself is no proof')
        with report.check('V-90').trial():
            for fault in source.faults():
                report.check('V-90').fail(fault)
    with report.check('V-30').trial():
        events = Events(tender_id, log, report)
        trust = trust_of(source, options.ca, policy)
        try:
            tender = Tender(tender_id, log, trust, events, report)
        except Stop as stop:
            report.stopped = str(stop)
            return report
        said = probes.ProbeLog(tender, report, [one for file in options.probes for one in handed_over(file)])
        verify_moves(tender, said)
        verify_handed(tender, [read_bytes(file) for file in options.papers])
        for told in tender.last['lots']:
            verify_lot(Lot(tender, told, report), said)
    return report


def handed_over(file):
    return probes.read_file(read_file(file).encode())


def verify_lot(lot, said):
    if lot.closed is None:
        return
    verify_closing(lot, said)
    if lot.stored is None or lot.is_unopened:
        return
    record, bids = verify_opened(lot)
    verify_windows(lot, record, bids)
    verify_outages(lot, said, record)
    verify_papers(lot)


def verify_file(options):
    """An attempt receipt: no platform is asked."""
    must(options.policy is not None, 'an attempt receipt needs --policy')
    return verify_attempt(read_file(options.source).encode(), Policy(read_file(options.policy)).log)


def arguments(words):
    parser = argparse.ArgumentParser(description='Recomputes a tender from public data.')
    parser.add_argument('source', help='address of a platform, evidence zip, folder, or attempt.json')
    parser.add_argument('tender', nargs='?', help='its id, or an address that holds it; a bundle names its own')
    parser.add_argument('--policy', help='the witness policy you trust (C2SP tlog-policy)')
    parser.add_argument('--ca', help='PEM of the authorities you trust')
    parser.add_argument('--remember', help='the checkpoint note of an earlier audit')
    parser.add_argument('--probes', action='append', default=[], metavar='FILE', help='a probe’s own state file')
    parser.add_argument('--paper', action='append', default=[], metavar='FILE', dest='papers',
                        help='an evaluation report or award letter that you were given')
    parser.add_argument('--save', metavar='FOLDER', help='keep every answer, to verify again offline')
    return parser.parse_args(words)


def main(words):
    options = arguments(words)
    try:
        if options.source.endswith('.json') and os.path.isfile(options.source):
            report = verify_file(options)
        else:
            source = open_source(options.source)
            tender_id = tender_of(options.tender or getattr(source, 'tender', ''))
            report = verify(source, tender_id, options)
            if options.save and isinstance(source, HttpSource):
                save(source, options.save, tender_id)
    except (Malformed, OSError, KeyError) as error:
        print(f'{error}', file=sys.stderr)
        return 2
    print('\n'.join(report.lines()))
    failed, gaps = report.count(False), [one for one in report.checks.values() if one.ok is None]
    if report.stopped:
        print(f'nothing further could be checked: {report.stopped}')
    print(f'{report.count(True)} hold, {failed} fail, {len(gaps)} of these not checked here')
    if failed:
        return 1
    return 3 if any(not one.is_idle for one in gaps) else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

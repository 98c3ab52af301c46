"""Notices and trustee set: V-32 to V-38."""
import re

from hpke import read_point
from report import Stop
from wire import (base64url, bytes_of, is_count, is_id, milliseconds, must, one_of, parse_json, sha256,
                  unbase64url)

STATEMENT = {
    'v': 'sunlit/v1', 'type': 'trustee-key', 'tenderId': is_id, 'i': is_count, 'n': is_count, 'k': is_count,
    'role': str, 'pk': bytes_of(65), 'certSha256': bytes_of(32), 'opening': is_count, 'window': is_count,
    'client': one_of('page', 'offline'), 'proof': bytes_of(64),
}
# SEALING.md names what the set holds, not its members; these are read off /api/tenders/{id}/trustee-set.
GROUP = {'code': str, 'relation': one_of('purchaser', 'agency', 'supervisor', 'independent'), 'members': [is_count]}
TRUSTEE_SET = {
    'v': 'sunlit/v1', 'type': 'trustee-set', 'tenderId': is_id, 'n': is_count, 'k': is_count,
    'statements': [{'statement': str, 'cms': str}], 'groups': [GROUP],
    'windows': {'bidder': is_count, 'trustee': is_count}, 'deadline': is_count, 'opening': is_count,
}
MINUTE = 60_000


class Tender:
    """What holds of a tender. `notices`: {n: (notice, hash, event)}; `terms`: n, k and keys for the escrow."""

    def __init__(self, tender, log, trust, events, report):
        self.id, self.log, self.trust, self.events, self.report = tender, log, trust, events, report
        self.notices, self.set, self.terms, self.signers = {}, None, None, {}
        self._read_notices()
        if not self.notices:
            raise Stop('no notice that holds')
        self.last = self.notices[max(self.notices)][0]
        self.deadline = milliseconds(self.last['deadline'])
        with report.check('V-36').trial():
            self._read_set()
        if self.set is None:
            raise Stop('no trustee set that holds')
        with report.check('V-35').trial():
            self._place_of_set(report.check('V-35'))
        with report.check('V-37').trial():
            self._groups(report.check('V-37'))
        with report.check('V-38').trial():
            self._terms(report.check('V-38'))
        with report.check('V-34').trial():
            self._deadlines(report.check('V-34'))

    def _get(self, path):
        raw = self.log.source.get(f'/api/tenders/{self.id}/{path}')
        must(raw is not None, f'{path} is missing')
        return raw

    def _read_notices(self):
        bytes_, chain = self.report.check('V-32'), self.report.check('V-33')
        logged = sorted(self.events.of('notice.published/1'), key=lambda event: event.data['n'])
        for event in logged:
            n = event.data['n']
            with bytes_.trial(f'NOTICE {n}'):
                raw, pdf = self._get(f'notices/{n}'), self._get(f'notices/{n}/pdf')
                hash_ = base64url(sha256(b'sunlit/v1/notice\n', sha256(raw), sha256(pdf)))
                must(hash_ == event.data['noticeHash'], 'another hash than the one logged')
                notice = parse_json(raw)
                same = all(notice[name] == event.data[name] for name in ('n', 'previous', 'deadline'))
                must(same and (notice['v'], notice['type'], notice['tenderId']) == ('sunlit/v1', 'notice', self.id),
                     'the event and the notice differ')
                self.notices[n] = (notice, hash_, event)
        with chain.trial():
            must(logged, 'no notice in the log')
            before = None
            for n in range(len(logged)):
                must(n in self.notices, f'NOTICE {n} is missing')
                notice, hash_, event = self.notices[n]
                must(notice['previous'] == (before and before[1]), f'NOTICE {n} names another one before it')
                must(before is None or before[2].index < event.index, f'NOTICE {n} was logged before NOTICE {n - 1}')
                before = (notice, hash_, event)
            chain.say(f'0…{len(logged) - 1}')

    def _read_set(self):
        check = self.report.check('V-36')
        [self.set_event] = self.events.of('trustees.signed/1') or [None]
        must(self.set_event is not None, 'no trustee set in the log')
        answer = parse_json(self._get('trustee-set'))
        raw, cms, at = unbase64url(answer['bytes']), unbase64url(answer['cms']), self.set_event.time
        set_, signer, revocation = self.trust.signed_json(raw, cms, at, TRUSTEE_SET)
        self.set_hash, self.name = sha256(raw), base64url(sha256(b'sunlit/v1/trustees\n', raw))
        self.name_raw = unbase64url(self.name)
        must(set_['tenderId'] == self.id, 'a set of another tender')
        must(signer.code == self.last['purchaser']['uscc'], 'not signed by the purchaser')
        must(len(set_['statements']) == set_['n'], 'not n statements')
        keys = []
        for i, one in enumerate(set_['statements'], 1):
            with check.trial(f'trustee {i}'):
                told, seen = self._statement(set_, i, unbase64url(one['statement']), unbase64url(one['cms']), at)
                keys.append(unbase64url(told['pk']))
                revocation = revocation and seen
        must(len(keys) == set_['n'] and len(set(keys)) == len(keys), 'not n different keys')
        self.set, self.terms = set_, {'n': set_['n'], 'k': set_['k'], 'keys': keys}
        if not revocation:
            check.gap('no revocation list of that time')

    def _statement(self, set_, i, raw, cms, at):
        told, signer, revocation = self.trust.signed_json(raw, cms, at, STATEMENT)
        here = {'tenderId': self.id, 'i': i, 'n': set_['n'], 'k': set_['k'], 'opening': set_['opening'],
                'window': set_['windows']['trustee'], 'certSha256': base64url(signer.sha256)}
        for name, value in here.items():
            must(told[name] == value, f'{name} is not that of the set')
        pk = unbase64url(told['pk'])
        read_point(pk)
        message = b'sunlit/v1/pop\n' + self.id.encode() + bytes([0, i]) + pk + signer.sha256
        must(self.trust.ecdsa(pk, message, unbase64url(told['proof'])), 'the proof of possession is false')
        groups = [group for group in set_['groups'] if i in group['members']]
        must(len(groups) == 1 and groups[0]['code'] == signer.code, 'signed by another organisation than its group')
        self.signers[i] = (signer, told)
        return told, revocation

    def _place_of_set(self, check):
        # SEALING.md: "its fingerprint is printed in the notice". It is the hash in hexadecimal by groups of four.
        fingerprint = re.sub(r'(.{4})(?=.)', r'\1 ', self.name_raw.hex())
        for n, (notice, _, event) in self.notices.items():
            told = notice['trustees']
            check.require((told['setHash'], told['fingerprint']) == (self.name, fingerprint), f'NOTICE {n}: another set')
            check.require(self.set_event.index < event.index, f'NOTICE {n} came before the set')
        check.require(self.set_event.data['setHash'] == self.name, 'the log names another set')
        check.say(fingerprint)

    def _groups(self, check):
        n, k, groups = self.set['n'], self.set['k'], self.set['groups']
        members = sorted(i for one in groups for i in one['members'])
        must(2 <= k <= n and members == list(range(1, n + 1)), 'no partition')
        must(len({one['code'] for one in groups}) == len(groups), 'an organisation twice')
        size = lambda *kinds: sum(len(one['members']) for one in groups if one['relation'] in kinds)
        check.require(all(len(one['members']) < k for one in groups), 'one organisation could open alone')
        check.require(size('purchaser', 'agency') < k, 'the purchaser’s side could open alone')
        check.require(n - size('supervisor') >= k, 'the supervisor is needed')
        offline = sum(told['client'] == 'offline' for _, told in self.signers.values())
        if not self.log.judge.policy.sandbox:
            check.require(offline >= n - k + 1, f'{offline} offline statements, {n - k + 1} needed')
        check.say(f'{k} of {n}')

    def _terms(self, check):
        windows = self.set['windows']
        for n, (notice, _, _) in self.notices.items():
            told = notice['trustees']
            same = (told['n'], told['k']) == (self.set['n'], self.set['k'])
            minutes = (notice['bidderWindowMinutes'] * MINUTE, notice['trusteeWindowMinutes'] * MINUTE)
            check.require(same and minutes == (windows['bidder'], windows['trustee']), f'NOTICE {n}: other terms')

    def _deadlines(self, check):
        floor = max(self.set['deadline'], self.set['opening'])
        for n in sorted(self.notices):
            deadline = milliseconds(self.notices[n][0]['deadline'])
            check.require(deadline >= floor, f'NOTICE {n} moves the deadline forward')
            floor = max(floor, deadline)
        check.say(self.last['deadline'])

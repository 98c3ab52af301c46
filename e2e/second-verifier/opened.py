"""What anybody recomputes of an opened lot: V-50 to V-58."""
import json

import envelope
import escrow
from audit import earlier_root
from report import Gap
from wire import (Malformed, base64url, bytes_of, is_count, is_id, milliseconds, must, one_of, or_null, parse_json,
                  sha256, shaped, unbase64url)

SLOT = {'i': is_count, 'wrap': bytes_of(114), 'c': bytes_of(32)}
ENVELOPE = {
    'kind': one_of(*envelope.KINDS), 'no': is_count, 'size': is_count, 'partSize': envelope.PART,
    'partsRoot': bytes_of(32), 'head56': bytes_of(56),
    'escrow': {'n': is_count, 'k': is_count, 'slots': [SLOT]}, 'self?': {'alg': str, 'wrap': str},
}
MANIFEST = {
    'v': 'sunlit/v1', 'type': 'bid', 'tender': is_id, 'lot': is_id, 'notice': {'n': is_count, 'hash': bytes_of(32)},
    'trusteeSetHash': bytes_of(32), 'bidder': {'certSha256': bytes_of(32), 'orgId': is_id}, 'bidSeq': is_count,
    'prevManifest': or_null(bytes_of(32)), 'envelopes': [ENVELOPE], 'client': {'bundleSha256': bytes_of(32)},
    'createdAt': is_count, 'logCheckpointSeen': {'origin': str, 'size': is_count, 'root': bytes_of(32)},
}
PLACE = {'v': 'sunlit/v1', 'tender': is_id, 'lot': is_id, 'kind': str, 'manifestHash': bytes_of(32),
         'closedIndex': is_count}
RELEASES = {'dek': {**PLACE, 'type': 'dek', 'value': bytes_of(32)},
            'share': {**PLACE, 'type': 'share', 'value': bytes_of(33)}}


class Bid:
    """One published bid: its manifest in its place, then everything that its key opens."""

    def __init__(self, lot, row, record):
        self.lot, self.row, self.raw = lot, row, unbase64url(row['manifest'])
        self.hash = base64url(sha256(b'sunlit/v1/manifest\n', self.raw))
        self.where = f'bid {self.hash[:8]}'
        told = [one for one in record['bids'] if one['manifestHash'] == self.hash] if record else []
        self.recorded = told[0] if len(told) == 1 else None
        must(len(self.raw) < 16_000, 'a manifest of 16 kB or more')
        self.manifest = shaped(parse_json(self.raw), MANIFEST, 'manifest')
        for name in ('kind', 'no'):
            values = [one[name] for one in self.manifest['envelopes']]
            must(len(set(values)) == len(values), f'two envelopes of one {name}')
        [self.entry] = [one for one in self.manifest['envelopes'] if one['kind'] == 'summary'] or [None]
        must(self.entry is not None, 'no summary')
        bidder, no = unbase64url(self.manifest['bidder']['certSha256']), self.entry['no']
        self.ctx = envelope.context(lot.tender.id, lot.id, 'summary', bidder, self.manifest['bidSeq'], no)
        self.head56 = unbase64url(self.entry['head56'])
        self.dek = None if row['summaryDek'] is None else unbase64url(row['summaryDek'], 32)
        self.at, self.signer, self.header = milliseconds(row['receivedAt']), None, None
        crl = row['evidence']['crl']
        self.lists = [] if crl is None else [unbase64url(crl)]

    @property
    def is_valid(self):
        return self.recorded is not None and self.recorded['verdict'] == 'valid'

    def judge(self):
        """All checks of this bid, each under its number."""
        steps = {'V-51': self._signature, 'V-52': self._place, 'V-53': self._ciphertext, 'V-54': self._open,
                 'V-55': self._escrow, 'V-56': self._released, 'V-58': self._announced, 'V-84': self._seen}
        for number, step in steps.items():
            check = self.lot.check(number)
            with check.trial(self.where):
                step(check)

    def _signature(self, check):
        trust, named = self.lot.tender.trust, unbase64url(self.manifest['bidder']['certSha256'])
        self.signer, seen = trust.verify(self.raw, unbase64url(self.row['cms']), self.at, named, self.lists)
        if not seen:
            check.gap(f'{self.where}: revocation not checked')

    def _place(self, check):
        tender, told = self.lot.tender, self.manifest
        must((told['tender'], told['lot']) == (tender.id, self.lot.id), 'of another tender or lot')
        must(told['trusteeSetHash'] == tender.name, 'for another trustee set')
        notice = tender.notices.get(told['notice']['n'])
        must(notice is not None and notice[1] == told['notice']['hash'], 'for a notice that was never published')
        must((told['bidSeq'] == 1) == (told['prevManifest'] is None), 'a first manifest with a predecessor, or none')
        must(self.at < tender.deadline, 'received at or after the deadline')
        logged = self.lot.bids.get(self.hash)
        if logged is not None:
            must(logged[2]['prevManifest'] == told['prevManifest'], 'the log names another predecessor')
            must(logged[1] == self.at, f'received at {self.row["receivedAt"]}, not at the time of entry {logged[0]}')

    def _seen(self, _):
        log, seen = self.lot.tender.log, self.manifest['logCheckpointSeen']
        must(seen['origin'] == log.judge.policy.log.name, 'its maker saw another log')
        must(seen['size'] > 0, 'its maker saw an empty log')
        if log.newest is None:
            raise Gap('no checkpoint to compare with')
        must(seen['size'] <= log.newest.size, f'its maker saw {seen["size"]} leaves, the log has {log.newest.size}')
        must(base64url(earlier_root(log, seen['size'])) == seen['root'], 'its maker saw another history')

    def _get_ciphertext(self):
        raw = self.lot.tender.log.source.get(f'/api/lots/{self.lot.id}/opened-bids/{self.row["bidId"]}/summary')
        if raw is None:
            lost = self.hash in self.lot.store['missing'] and self.recorded and self.recorded['how'] == 'failed'
            if lost:
                raise Gap('lost by the store, and the record says so')
            raise Malformed('no ciphertext')
        return raw

    def _ciphertext(self, _):
        raw = self._get_ciphertext()
        must(len(raw) == self.entry['size'] and raw[:56] == self.head56, 'of another size or head')
        must(base64url(envelope.parts_root(raw)) == self.entry['partsRoot'], 'not the parts of the manifest')

    def _void(self, error):
        """A void bid is recorded as void: then the fault is what the record says, and no contradiction."""
        if self.is_valid:
            raise error
        verdict = self.recorded['verdict'] if self.recorded else 'nothing'
        raise Gap(f'{error}; the record says {verdict}')

    def _open(self, check):
        raw, set_hash = self._get_ciphertext(), self.lot.tender.set_hash
        try:
            must(self.dek is not None, 'no key published')
            must(envelope.is_committed(self.dek, self.head56, self.ctx, set_hash), 'the manifest commits to another key')
            text = envelope.decrypt(raw, self.dek, self.ctx, set_hash)
            header, header_bytes, signatures = envelope.read_plaintext(text, 'summary')
            must(unbase64url(header['ctx']) == self.ctx, 'the header is of another place')
            self._inner(check, header_bytes, signatures)
            self.header = header
        except Malformed as error:
            self._void(error)

    def _inner(self, check, header_bytes, signatures):
        trust, signers = self.lot.tender.trust, []
        for cms in signatures:
            signer, seen = trust.verify(header_bytes, cms, self.at, lists=self.lists)
            signers.append(base64url(signer.sha256))
            if not seen:
                check.gap(f'{self.where}: revocation not checked')
        must(self.manifest['bidder']['certSha256'] in signers, 'the bidder did not sign the header')

    def _escrow(self, _):
        if self.header is None:
            raise Gap('not opened')
        proof, terms = self.header['escrowProof'], self.lot.tender.terms
        try:
            escrow.recompute(self.dek, self.entry['escrow'], proof, terms, self.ctx, self.head56)
        except Malformed as error:
            self.header = None
            self._void(error)

    def _owner(self, source):
        if source == 0:
            must(self.signer is not None, 'the manifest’s signer is not known')
            return self.signer
        must(source in self.lot.tender.signers, f'no trustee {source}')
        return self.lot.tender.signers[source][0]

    def _released(self, check):
        if self.dek is None:
            raise Gap('no key published')
        place = {'tender': self.lot.tender.id, 'lot': self.lot.id, 'kind': 'summary', 'manifestHash': self.hash,
                 'closedIndex': self.lot.closed.index}
        keys, shares = [], {}
        for one in self.row['releases']:
            source, raw, cms = one['source'], unbase64url(one['statement']), unbase64url(one['cms'])
            shape = RELEASES['dek' if source == 0 else 'share']
            # Docs/sealing.md, V-56: as of STORED's leaf time, whenever it was accepted.
            trust, at = self.lot.tender.trust, self.lot.stored.time
            told, signer, seen = trust.signed_json(raw, cms, at, shape, self.lists)
            owner = self._owner(source)
            must(all(told[name] == value for name, value in place.items()), f'source {source}: for another place')
            same = signer.sha256 == owner.sha256 or signer.is_same_organisation(owner)
            must(same, f'source {source}: signed by somebody else')
            if not seen:
                check.gap(f'{self.where}: revocation not checked')
            if source == 0:
                keys.append(unbase64url(told['value']))
            else:
                must(source not in shares, f'source {source} twice')
                shares[source] = unbase64url(told['value'])
        if shares:
            keys.append(escrow.recover(shares, self.entry['escrow'], self.ctx))
        must(self.dek in keys, 'nobody released the published key')

    def _announced(self, _):
        must(self.recorded is not None, 'not in the record')
        code = self.signer.code if self.signer else None
        same = (self.recorded['uscc'], self.recorded['receivedAt']) == (code, self.row['receivedAt'])
        must(same, 'the record names another bidder or time')
        if not self.is_valid:
            return
        must(self.header is not None, 'recorded as valid, and it does not open')
        must(_same(self.header['form'], self.recorded['form']), 'what was announced is not what was decrypted')
        members = [one['organisationId'] for one in self.recorded['consortium']]
        must(_same(self.header['consortium'], members), 'another consortium')


def _same(a, b):
    """Equal as JSON values, where 1 is not true."""
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


NUMBERS = ('V-50', 'V-51', 'V-52', 'V-53', 'V-54', 'V-55', 'V-56', 'V-57', 'V-58', 'V-84')


def verify_opened(lot):
    """Makes V-50 to V-58 of a lot; gives (record, bids) for the windows."""
    source = lot.tender.log.source
    raw = source.get(f'/api/lots/{lot.id}/opened-bids')
    if raw is None:
        opened = lot.tender.events.of('lot.opened/1', lot.id)
        for number in NUMBERS:
            (lot.check(number).fail if opened else lot.check(number).gap)('nothing published')
        return None, []
    record_raw, record = source.get(f'/api/lots/{lot.id}/opening-record'), None
    with lot.check('V-57').trial():
        record = _record(lot, record_raw)
    bids = []
    listed, told = lot.check('V-50'), lot.check('V-58')
    with listed.trial():
        for at, row in enumerate(parse_json(raw)['bids']):
            with lot.check('V-52').trial(f'bid {at}'):
                bids.append(Bid(lot, row, record))
        hashes = sorted(bid.hash for bid in bids)
        must(hashes == sorted(lot.hashes), 'others are published than CLOSED lists')
        listed.say(f'{len(bids)}')
    for bid in bids:
        bid.judge()
    with told.trial():
        must(record is not None, 'no record of this lot')
        hashes = sorted(one['manifestHash'] for one in record['bids'])
        must(hashes == sorted(lot.hashes), 'the record lists others than CLOSED')
    return record, bids


def _record(lot, raw):
    must(raw is not None, 'no record')
    record = parse_json(raw)
    must((record['tenderId'], record['lotId']) == (lot.tender.id, lot.id), 'the record of another lot')
    event, check = lot.tender.events.first('lot.opened/1', lot.id), lot.check('V-57')
    check.require(event is not None, 'no OPENING in the log')
    if event is not None:
        check.require(event.data['recordSha256'] == base64url(sha256(raw)), 'another record than the one logged')
        check.require(lot.stored is not None and event.index > lot.stored.index, 'OPENING before STORED')
    return record

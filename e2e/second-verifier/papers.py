"""The signatures inside PDFs, by their octets alone: of the published ones V-72, of those handed over V-73."""
import re

import der
from report import Gap
from wire import Malformed, base64url, must, parse_json, sha256

RANGE = b'/ByteRange'
SPELLING = re.compile(rb'/ByteRange \[ 0 ([1-9]\d{0,9}) ([1-9]\d{0,9}) ([1-9]\d{0,9}) \]')
# In place of a code: the platform's own seal, and an organisation that no notice names.
SEAL, UNNAMED = object(), object()
EOF = re.compile(rb'%%EOF(?:\r\n|\r|\n)?\Z')


def _within(room):
    """The DER at the front of a room that zeros fill up."""
    _, end = der.split(room, 0)
    must(room[0] == der.SEQUENCE and not any(room[end:]), 'something behind the signature')
    return room[:end]


def _revision(pdf, at, before):
    """(end, covered octets, CMS) of the signature whose /ByteRange stands at `at`."""
    found = SPELLING.match(pdf, at)
    must(found is not None, 'a byte range in another spelling')
    first, second, rest = map(int, found.groups())
    end = second + rest
    must(before < at < first and second > first + 2 and before < end <= len(pdf), 'a byte range out of its revision')
    must(EOF.search(pdf[end - 8 : end]) is not None, 'a revision that does not end a file')
    begin, close = pdf.rfind(b' obj', 0, at), pdf.find(b'endobj', second, end)
    must(begin > before and close > 0, 'a byte range outside an object')
    must(b'endobj' not in pdf[begin:first] and pdf[first - 10 : first] == b'/Contents ', 'not the hole of its object')
    must(pdf[first : first + 1] == b'<' and pdf[second - 1 : second] == b'>', 'no hole')
    must(b'/SubFilter /ETSI.CAdES.detached' in pdf[begin:first] + pdf[second:close], 'another kind of signature')
    try:
        room = bytes.fromhex(pdf[first + 1 : second - 1].decode('ascii'))
    except ValueError as error:
        raise Malformed('a hole that is not hexadecimal') from error
    return end, pdf[:first] + pdf[second:end], _within(room)


def revisions(pdf):
    """All signed versions, oldest first; the last covers the whole file. Raises Malformed."""
    out, at = [], pdf.find(RANGE)
    while at >= 0:
        out.append(_revision(pdf, at, out[-1][0] if out else 0))
        at = pdf.find(RANGE, at + 1)
    must(out and out[-1][0] == len(pdf), 'no signature over all of the file')
    return out


def _is_by(seal, signer):
    """Whether a certificate is the platform's as the first notice names it: that one, or of the same organisation."""
    return base64url(signer.sha256) == seal['certSha256'] or (signer.code is not None and signer.code == seal['uscc'])


def _may_be_late(tender):
    """Whether events may be missing here that the log has."""
    return tender.log.source.partial or tender.report.check('V-31').ok is None


def _paper(tender, check, pdf, found, versions):
    log, notice = tender.log, tender.notices[0][0]
    must(len(found) >= len(versions), 'a signature that was logged is gone')
    for (end, covered, cms), (hash_, at, code) in zip(found, versions):
        must(base64url(sha256(pdf[:end])) == hash_, 'another version than the one logged')
        signer, seen = tender.trust.verify(covered, cms, at, in_pdf=True)
        if code is UNNAMED:
            check.gap(f'signed by {signer.code}, whom the notice does not name')
        elif code is not SEAL:
            must(code == signer.code, f'signed by {signer.code}')
        elif 'seal' in notice:
            must(_is_by(notice['seal'], signer), f'sealed by {signer.code}')
        else:
            check.gap('the notice names no seal')
        if not seen:
            check.gap('revocation not checked')
    if len(found) > len(versions):
        must(_may_be_late(tender), 'a later version than the log tells of')
        raise Gap('a later version than the events here tell of')


def verify_papers(lot):
    """V-72: the opening record with those who confirmed it, and the result notice."""
    source, events, check = lot.tender.log.source, lot.tender.events, lot.check('V-72')
    with check.trial('opening record'):
        printed = events.first('opening-record.printed/1', lot.id)
        if printed is None:
            raise Gap('no hash of its PDF in the log')
        raw, pdf = (source.get(f'/api/lots/{lot.id}/opening-record{end}') for end in ('', '.pdf'))
        must(raw is not None and pdf is not None, 'the PDF is logged, and not shown')
        codes = {one.get('organisationId'): one['uscc'] for one in parse_json(raw)['bids']}
        signed = [(one.data['pdfSha256'], one.time, codes.get(one.data['organisationId'], ''))
                  for one in events.of('opening-record.signed/2', lot.id)]
        _paper(lot.tender, check, pdf, revisions(pdf), [(printed.data['pdfSha256'], printed.time, SEAL), *signed])
    with check.trial('result notice'):
        result = events.first('result.published/1', lot.id)
        if result is not None:
            pdf = source.get(f'/api/lots/{lot.id}/award/notice.pdf')
            must(pdf is not None, 'the PDF is logged, and not shown')
            _paper(lot.tender, check, pdf, revisions(pdf), [(result.data['noticePdfSha256'], result.time, SEAL)])


def verify_handed(tender, papers):
    """V-73: reports and letters that only some may have, given by one of them."""
    check = tender.report.check('V-73')
    if not papers:
        check.idle('no report and no letter was handed over')
    for at, pdf in enumerate(papers):
        with check.trial(f'paper {at}'):
            found = revisions(pdf)
            whole, first = (base64url(sha256(pdf[:end])) for end in (len(pdf), found[0][0]))
            reports = [one for one in tender.events.of('evaluation.reported/1') if one.data['reportSha256'] == whole]
            results = [one for one in tender.events.of('result.published/1') if one.data['letterPdfSha256'] == first]
            if reports:
                _report(tender, check, found, reports[0].time)
            elif results:
                _letter(tender, check, pdf, found, results[0])
            else:
                must(_may_be_late(tender), 'its hash is not in the log of this tender')
                raise Gap('no event here tells of it')


def _report(tender, check, found, at):
    """Every member of the committee signs, by a certificate of their own; their number is in the notice."""
    signers = set()
    for _, covered, cms in found:
        signer, seen = tender.trust.verify(covered, cms, at, in_pdf=True)
        signers.add(signer.sha256)
        if not seen:
            check.gap('revocation not checked')
    if 'committee' not in tender.last:
        raise Gap('the notice says nothing of the committee')
    must(len(signers) == len(found) == tender.last['committee']['size'], f'signed by {len(signers)} people')


def _letter(tender, check, pdf, found, result):
    """The platform's seal, then whoever issued it, up to the next result of that lot."""
    parties = [one for one in (tender.last['purchaser'], tender.last['agency']) if one]
    codes = {one['organisationId']: one['uscc'] for one in parties}
    ends = [one.index for one in tender.events.of('result.published/1', result.lot) if one.index > result.index]
    signed = [one for one in tender.events.of('award-letter.signed/1', result.lot)
              if result.index < one.index < min([*ends, float('inf')])]
    versions = [(result.data['letterPdfSha256'], result.time, SEAL)]
    versions += [(one.data['pdfSha256'], one.time, codes.get(one.data['organisationId'], UNNAMED)) for one in signed]
    _paper(tender, check, pdf, found, versions[:len(found)])
    if len(versions) > len(found):
        raise Gap('signed again since')

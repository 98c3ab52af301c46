"""The log's word about an attempt to hand in (docs/sealing.md, "Attempt receipt"): V-95."""
import ed25519
from report import Report
from wire import bytes_of, is_count, is_id, iso, must, one_of, or_null, parse_json, shaped, unbase64url

FILE = {'statement': str, 'signature': bytes_of(64)}
ATTEMPT = {
    'v': 'sunlit/v1', 'type': 'attempt', 'origin': str, 'organisation': is_id, 'path': str,
    'bodySha256': or_null(bytes_of(32)), 'status': is_count, 'code': str, 'at': is_count,
    'clock': one_of('platform', 'machine'),
}


def verify_attempt(raw, log):
    """The report on one `attempt.json`, by the key of the log. Raises Malformed where it is no such file."""
    file, report = shaped(parse_json(raw), FILE, 'attempt.json'), Report(never={})
    check = report.check('V-95')
    with check.trial():
        statement, signature = unbase64url(file['statement']), unbase64url(file['signature'])
        holds = ed25519.verify(log.public, b'sunlit/v1/attempt\n' + statement, signature)
        must(holds, 'not signed by the log')
        told = shaped(parse_json(statement), ATTEMPT, 'attempt')
        must(told['origin'] == log.name, 'of another log')
        must(400 <= told['status'] <= 599, 'not a refusal')
        check.say(f'{iso(told["at"])} ({told["clock"]}): POST {told["path"]}, {told["status"]} {told["code"]}')
    return report

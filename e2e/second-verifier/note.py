"""C2SP signed-note, tlog-checkpoint, cosignature/v1, tlog-policy (the flat subset) and tlog-proof."""
import functools
import re

import ed25519
from merkle import includes
from wire import Malformed, must, sha256, unbase64

PLAIN, COSIGNATURE = 1, 4
NAME = re.compile(r'[^\s+]+')
DECIMAL = re.compile(r'0|[1-9][0-9]{0,15}')


class Key:
    """A vkey: name+hex(id)+base64(type ‖ public key); id = SHA-256(name ‖ LF ‖ type ‖ key)[:4]."""

    def __init__(self, vkey):
        name, id_, material = (vkey.split('+', 2) + ['', ''])[:3]
        raw = unbase64(material)
        must(NAME.fullmatch(name) and len(raw) == 33, 'not a vkey')
        self.name, self.type, self.public = name, raw[0], raw[1:]
        self.id = sha256(name.encode() + b'\n' + raw)[:4]
        must(self.type in (PLAIN, COSIGNATURE) and self.id.hex() == id_, 'a vkey with a foreign id')


def decimal(text):
    must(DECIMAL.fullmatch(text), f'not a decimal: {text}')
    return int(text)


def parse_note(note):
    """(text, [(name, id, signature)]). Raises Malformed."""
    must(not any(ord(letter) < 32 and letter != '\n' for letter in note), 'a control character in a note')
    text, cut, lines = note.rpartition('\n\n')
    must(cut and lines.endswith('\n'), 'not a signed note')
    signatures = []
    for line in lines[:-1].split('\n'):
        words = line.split(' ')
        must(len(words) == 3 and words[0] == '—' and NAME.fullmatch(words[1]), 'not a signature line')
        raw = unbase64(words[2])
        must(len(raw) > 4, 'a signature too short')
        signatures.append((words[1], raw[:4], raw[4:]))
    must(len(signatures) <= 64, 'too many signatures')
    return text + '\n', signatures


class Policy:
    """One log, one group of witnesses, a quorum of more than half of them."""

    def __init__(self, text):
        lines = [line.split() for line in text.split('\n')]
        lines = [words for words in lines if words and not words[0].startswith('#')]
        of = lambda word: [words[1:] for words in lines if words[0] == word]
        known = {'log', 'witness', 'group', 'quorum'}
        must(all(words[0] in known for words in lines), 'policy: an unknown line')
        logs, groups, quorums = of('log'), of('group'), of('quorum')
        must(len(logs) == len(groups) == len(quorums) == 1, 'policy: one log, one group and one quorum line')
        self.log = Key(logs[0][0])
        self.witnesses = {words[0]: Key(words[1]) for words in of('witness')}
        group, count, *members = groups[0]
        must(quorums[0] == [group], 'policy: the quorum must be the group')
        must(sorted(members) == sorted(words[0] for words in of('witness')), 'policy: each witness once')
        self.quorum = {'all': len(members), 'any': 1}.get(count) or decimal(count)
        self._check()

    def _check(self):
        must(self.log.type == PLAIN, 'policy: the log key is not a plain Ed25519 key')
        must(all(key.type == COSIGNATURE for key in self.witnesses.values()), 'policy: not a cosignature/v1 key')
        keys = {self.log.public} | {key.public for key in self.witnesses.values()}
        must(len(keys) == len(self.witnesses) + 1, 'policy: the same key twice')
        must(len(self.witnesses) >= self.quorum > len(self.witnesses) / 2, 'policy: a quorum of half or less')

    @property
    def sandbox(self):
        return self.log.name.endswith('/sandbox')


class Checkpoint:
    """A checkpoint whose log signature holds. `not_before`, `seen_by`: unix seconds of a quorum, None without one."""

    def __init__(self, note, policy):
        text, signatures = parse_note(note)
        lines = text.split('\n')
        must(lines.pop() == '' and len(lines) >= 3 and '' not in lines, 'not a checkpoint')
        self.note, self.origin, self.size, self.root = note, lines[0], decimal(lines[1]), unbase64(lines[2])
        must(len(self.root) == 32, 'a root of another length')
        # The extension line "time <unix ms>" is Sunlit's own; SEALING.md names no spelling of it.
        times = [line[5:] for line in lines[3:] if line.startswith('time ')]
        must(len(times) <= 1, 'two times')
        self.time = decimal(times[0]) if times else None
        must(self.origin == policy.log.name, 'a checkpoint of another log')
        own = [raw for name, id_, raw in signatures if (name, id_) == (policy.log.name, policy.log.id)]
        signed = own and all(ed25519.verify(policy.log.public, text.encode(), raw) for raw in own)
        must(signed, f'the checkpoint of {self.size} leaves is not signed by the log')
        self.cosigned, self.forged = {}, []
        for name, key in policy.witnesses.items():
            self._cosignature(name, key, text, signatures)
        times = sorted(self.cosigned.values())
        self.quorum = len(times) >= policy.quorum
        self.not_before = times[len(times) - policy.quorum] if self.quorum else None
        self.seen_by = times[policy.quorum - 1] if self.quorum else None

    def _cosignature(self, name, key, text, signatures):
        """Signature = u64 unix seconds ‖ Ed25519 over "cosignature/v1\\ntime <seconds>\\n" ‖ text."""
        for signer, id_, raw in signatures:
            if (signer, id_) != (key.name, key.id):
                continue
            seconds = int.from_bytes(raw[:8], 'big')
            message = f'cosignature/v1\ntime {seconds}\n{text}'.encode()
            if len(raw) == 72 and ed25519.verify(key.public, message, raw[8:]):
                self.cosigned[name] = max(seconds, self.cosigned.get(name, 0))
            else:
                self.forged.append(name)
        if name in self.forged:
            self.cosigned.pop(name, None)


class Judge:
    """Reads checkpoints under a policy; the same note is judged once."""

    def __init__(self, policy):
        self.policy = policy
        self.checkpoint = functools.lru_cache(maxsize=None)(lambda note: Checkpoint(note, policy))

    def proof(self, raw, leaf):
        """(index, witnessed checkpoint) of a tlog-proof that holds for this leaf. Raises Malformed."""
        must(raw is not None, 'no proof')
        try:
            head, cut, note = raw.decode().partition('\n\n')
        except UnicodeDecodeError as error:
            raise Malformed('not a proof') from error
        lines = head.split('\n')
        must(cut and lines.pop(0) == 'c2sp.org/tlog-proof@v1', 'not a tlog-proof')
        if lines and lines[0].startswith('extra '):
            lines.pop(0)
        must(lines and lines[0].startswith('index ') and len(lines) < 65, 'not a tlog-proof')
        index, path = decimal(lines[0][6:]), [unbase64(line) for line in lines[1:]]
        checkpoint = self.checkpoint(note)
        must(checkpoint.quorum, f'the checkpoint of {checkpoint.size} leaves lacks a quorum')
        must(includes(leaf, index, checkpoint.size, path, checkpoint.root), f'entry {index} is not in the tree')
        return index, checkpoint

"""Where the public answers come from: a running platform, or a zip or folder of saved answers. `get(path) -> bytes`.

Saved answers are laid out as an evidence bundle (docs/sealing.md, "Evidence bundle"): index.json maps each public
address to a file; an address that is not listed was a 404.
"""
import hashlib
import json
import os
import urllib.error
import urllib.request
import zipfile

from wire import ID, Malformed, base64url, must, parse_json, unbase64url

LIMIT = 256 * 1024 * 1024


class HttpSource:
    """A running platform; every answer is kept, so that one look sees one state."""

    partial = False

    def __init__(self, origin):
        self.origin = origin.rstrip('/')
        self.kept = {}

    def get(self, path):
        """The body of a 200, or None for any refusal (404, 401, 409 …)."""
        if path not in self.kept:
            self.kept[path] = self._fetch(path)
        return self.kept[path]

    def _fetch(self, path):
        try:
            with urllib.request.urlopen(self.origin + path, timeout=60) as answer:
                return answer.read(LIMIT)
        except urllib.error.HTTPError:
            return None


class SavedSource:
    """A folder or zip with an index. `partial`: leaves of the log may be missing without anything being wrong."""

    def __init__(self, read, names):
        self.read, self.names = read, names
        index = parse_json(read('index.json'))
        must(isinstance(index, dict) and index.get('type') == 'evidence', 'index.json is not of an evidence bundle')
        self.files = {one['path']: one for one in index['files']}
        must(len(self.files) == len(index['files']), 'index.json lists an address twice')
        self.tender = index['tenderId']
        # "log": "whole" is written by `save` alone: then a missing leaf is a fault, as on a running platform.
        self.partial = index.get('log') != 'whole'

    def get(self, path):
        one = self.files.get(path)
        if one is None:
            return None
        raw = self.read(one['file'])
        must(raw is not None, f'{one["file"]} is listed and not there')
        return raw

    def faults(self):
        """V-90: files that are not those of the index, and members that it does not name."""
        listed = [one['file'] for one in self.files.values()]
        foreign = set(self.names) - {*listed, 'index.json', 'README.txt'}
        out = [f'{name} is foreign' for name in sorted(foreign)]
        out += ['a file listed twice'] if len(set(listed)) != len(listed) else []
        for one in self.files.values():
            raw = self.read(one['file'])
            if raw is None:
                out.append(f'{one["file"]} is missing')
            elif len(raw) != one['size'] or hashlib.sha256(raw).digest() != unbase64url(one['sha256'], 32):
                out.append(f'{one["file"]} is another file')
        return out


def _folder_reader(folder):
    def read(name):
        place = os.path.realpath(os.path.join(folder, name))
        must(place.startswith(os.path.realpath(folder) + os.sep), f'{name} lies outside the folder')
        if not os.path.isfile(place):
            return None
        with open(place, 'rb') as file:
            return file.read(LIMIT)

    places = [os.path.join(base, name) for base, _, names in os.walk(folder) for name in names]
    return read, [os.path.relpath(place, folder).replace(os.sep, '/') for place in places]


def _zip_reader(archive):
    sizes = {}
    for one in archive.infolist():
        must(one.filename not in sizes, f'{one.filename} stands twice in the zip')
        sizes[one.filename] = one.file_size

    def read(name):
        if name not in sizes:
            return None
        must(sizes[name] <= LIMIT, f'{name} is too large')
        return archive.read(name)

    return read, [name for name in sizes if not name.endswith('/')]


def open_source(what):
    """A source from an address, a folder or a zip. Raises Malformed, OSError."""
    if what.startswith(('http://', 'https://')):
        return HttpSource(what)
    if os.path.isdir(what):
        return SavedSource(*_folder_reader(what))
    try:
        return SavedSource(*_zip_reader(zipfile.ZipFile(what)))
    except zipfile.BadZipFile as error:
        raise Malformed(f'{what} is neither an address nor a folder nor a zip') from error


def save(source, folder, tender):
    """Everything an HttpSource was asked for, as a folder that `open_source` reads."""
    files = []
    for path, raw in source.kept.items():
        if raw is None:
            continue
        name = f'{path.lstrip("/")}.bin'
        place = os.path.join(folder, name)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, 'wb') as file:
            file.write(raw)
        sha = base64url(hashlib.sha256(raw).digest())
        files.append({'path': path, 'file': name, 'size': len(raw), 'sha256': sha})
    index = {'v': 'sunlit/v1', 'type': 'evidence', 'tenderId': tender, 'log': 'whole', 'files': files}
    with open(os.path.join(folder, 'index.json'), 'w', encoding='utf-8') as file:
        json.dump(index, file)


def tender_of(text):
    """The tender's id in an argument: the id itself or an address that holds it."""
    found = ID.search(text)
    must(found is not None, f'{text} names no tender')
    return found.group(0)

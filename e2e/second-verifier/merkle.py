"""Merkle trees of RFC 6962 section 2.1, and the tiles of C2SP tlog-tiles."""
import hashlib

from wire import Malformed, must

WIDTH = 256


def leaf_hash(leaf):
    return hashlib.sha256(b'\0' + leaf).digest()


def node_hash(left, right):
    return hashlib.sha256(b'\1' + left + right).digest()


class Range:
    """A tree that grows leaf by leaf: the perfect subtrees from left to right, largest first."""

    def __init__(self):
        self.stack = []
        self.size = 0

    def push(self, hash_, level=0):
        """Appends a perfect subtree of 2^level leaves."""
        must(self.size % 2**level == 0, 'a subtree out of its place')
        self.size += 2**level
        while self.stack and self.stack[-1][0] == level:
            hash_ = node_hash(self.stack.pop()[1], hash_)
            level += 1
        self.stack.append((level, hash_))

    def root(self):
        """MTH of the whole; SHA-256 of nothing for the empty tree."""
        if not self.stack:
            return hashlib.sha256(b'').digest()
        total = self.stack[-1][1]
        for _, left in reversed(self.stack[:-1]):
            total = node_hash(left, total)
        return total


def root_of(leaves):
    tree = Range()
    for leaf in leaves:
        tree.push(leaf_hash(leaf))
    return tree.root()


def includes(leaf, index, size, path, root):
    """Whether the audit path (RFC 6962 section 2.1.1, RFC 9162 section 2.1.3.2) leads from the leaf to the root."""
    if not 0 <= index < size:
        return False
    fn, sn, total = index, size - 1, leaf_hash(leaf)
    for step in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            total = node_hash(step, total)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            total = node_hash(total, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and total == root


def _index_path(index):
    """1234067 → x001/x234/067."""
    digits = str(index)
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return '/'.join([f'x{part}' for part in parts[:-1]] + parts[-1:])


def width_of(level, index, size):
    """How many hashes (or entries, level 'entries') a tile has in a tree of this size."""
    nodes = size // WIDTH ** (0 if level == 'entries' else level)
    return max(0, min(WIDTH, nodes - index * WIDTH))


def split_entries(bundle):
    """Entries of a bundle: u16 length ‖ entry, one after another."""
    out, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], 'big')
        must(at + 2 <= len(bundle) and end <= len(bundle), 'an entry bundle is cut short')
        out.append(bundle[at + 2 : end])
        at = end
    return out


class Missing(Malformed):
    """A tile that the log does not serve, or that a bundle does not hold."""


class Tiles:
    """Tiles of a tree of a fixed size, not yet believed."""

    def __init__(self, source, size):
        self.source = source
        self.size = size

    def read(self, level, index):
        """Parts of a tile: 32-byte hashes, or entries. A partial tile may be the front of a fuller one (tlog-tiles)."""
        width = width_of(level, index, self.size)
        path = f'/log/tile/{level}/{_index_path(index)}'
        raw = None if width == WIDTH else self.source.get(f'{path}.p/{width}')
        raw = raw if raw is not None else self.source.get(path)
        if raw is None:
            raise Missing(f'{path} of a tree of {self.size} leaves is missing')
        if level == 'entries':
            parts = split_entries(raw)
        else:
            must(len(raw) % 32 == 0, f'{path} is not made of hashes')
            parts = [raw[at : at + 32] for at in range(0, len(raw), 32)]
        must(len(parts) in (width, WIDTH), f'{path} has another width')
        return parts[:width]

    def subtree(self, level, index):
        """Hash of the perfect subtree number `index` of 2^level leaves, from the tile that holds it or its parts."""
        below, above = level % 8, level // 8
        first = index << below
        parts = self.read(above, first // WIDTH)[first % WIDTH :][: 1 << below]
        must(len(parts) == 1 << below, 'a subtree beyond the tree')
        tree = Range()
        for part in parts:
            tree.push(part)
        return tree.root()


def bundles(tiles, start):
    """(number, entries) of each bundle from leaf `start`, a multiple of 256, each entry compared with its tile."""
    for number in range(start // WIDTH, -(-tiles.size // WIDTH)):
        entries, hashes = tiles.read('entries', number), tiles.read(0, number)
        for at, (entry, hash_) in enumerate(zip(entries, hashes)):
            must(leaf_hash(entry) == hash_, f'entry {number * WIDTH + at} does not hash to the tree')
        yield number, entries


def left_of(tiles, start):
    """The range of the leaves before `start`, a multiple of 256, from the tiles."""
    tree = Range()
    for level in reversed(range(8, 63)):
        if start >> level & 1:
            tree.push(tiles.subtree(level, tree.size >> level), level)
    return tree


def push_subtrees(tiles, tree, size):
    """Grows a range to `size` leaves by the largest perfect subtrees that fit: what a consistency proof is made of."""
    while tree.size < size:
        level = 0
        while tree.size % 2 ** (level + 1) == 0 and tree.size + 2 ** (level + 1) <= size:
            level += 1
        tree.push(tiles.subtree(level, tree.size >> level), level)


def check_upper_tiles(tiles, hashes):
    """That the tiles above level 0 hold what the leaf hashes give. Raises Malformed naming the tile."""
    level, row = 0, hashes
    while len(row) >= WIDTH:
        level += 1
        parents = []
        for at in range(0, len(row) - WIDTH + 1, WIDTH):
            tree = Range()
            for one in row[at : at + WIDTH]:
                tree.push(one)
            parents.append(tree.root())
        for number in range(-(-len(parents) // WIDTH)):
            told = tiles.read(level, number)
            for at, one in enumerate(parents[number * WIDTH : (number + 1) * WIDTH]):
                first = (number * WIDTH + at) * WIDTH**level
                must(at < len(told) and told[at] == one, f'tile {level}/{number} is wrong over entry {first}')
        row = parents

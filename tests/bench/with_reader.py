"""The same passes by reader, the Python feed library, in an environment of its own that has it.

    python tests/bench/with_reader.py <file> <search|plain> <edition> <edition> ... < addresses of feeds

Prints what ``polling`` prints. ``search``: its search index is kept, too.
"""

import json
import resource
import sys
import time
import urllib.request
from urllib.parse import urljoin

from reader import make_reader

_file, _way, *_editions = sys.argv[1:]
_feeds = sys.stdin.read().split()
_reader = make_reader(_file)
if _way == "search":
    _reader.enable_search()
for _feed in _feeds:
    _reader.add_feed(_feed)
_known = 0
for _edition in _editions:
    with urllib.request.urlopen(urljoin(_feeds[0], f"/edition/{_edition}")) as _answer:
        _answer.read()
    _began, _spent = time.perf_counter(), time.process_time()
    _reader.update_feeds(scheduled=False)
    if _way == "search":
        _reader.update_search()
    _took, _spent = time.perf_counter() - _began, time.process_time() - _spent
    _count = _reader.get_entry_counts().total
    _peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _failed = _reader.get_feed_counts(broken=True).total
    _line = {"seconds": _took, "cpu": _spent, "new": _count - _known, "failed": _failed, "memory": _peak, "worker": 0}
    print(json.dumps(_line), flush=True)
    _known = _count

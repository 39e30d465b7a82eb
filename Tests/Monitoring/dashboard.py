"""Reads a dashboard with Grafana's own types, and compares what they keep of it with the file.

dashboard.py FILE. Exit status 1 where Grafana's types lose or change a value.
"""

import json
import sys

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard


def changed(written, kept, path):
    """Yields each place where a written value is not kept."""
    if isinstance(written, dict) and isinstance(kept, dict):
        for key, value in written.items():
            if key not in kept:
                yield f"{path}.{key} is lost"
            else:
                yield from changed(value, kept[key], f"{path}.{key}")
    elif isinstance(written, list) and isinstance(kept, list) and len(written) == len(kept):
        for index, (value, other) in enumerate(zip(written, kept)):
            yield from changed(value, other, f"{path}[{index}]")
    elif written != kept:
        yield f"{path} is {written!r} in the file and {kept!r} in Grafana"


register_default_plugins()
with open(sys.argv[1], encoding="utf-8") as file:
    written = json.load(file)
read = Dashboard.from_json(written)
kept = json.loads(JSONEncoder().encode(read))
faults = list(changed(written, kept, "dashboard"))
print("\n".join(faults) or f"{len(read.panels)} panels are read as they are written")
sys.exit(1 if faults else 0)

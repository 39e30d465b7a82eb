#!/usr/bin/env python3
"""The parts of the program as CycloneDX 1.5 JSON: Swift packages, the Swift runtime, and the system's libraries.

sbom.py PROGRAM VERSION RESOLVED CHECKOUTS: the program, its version, the file of resolved Swift packages, and
the folder of their sources. The result has no time and no random number: the same parts give the same bytes.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

# Patterns that identify the licence texts of the Swift packages.
LICENCES = [
    ("Apache-2.0", r"Apache License\s+Version 2\.0"), ("MIT", r"Permission is hereby granted, free of charge"),
    ("BSD-3-Clause", r"Redistributions of source code must retain"),
]


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def licence_of(folder):
    for path in sorted(folder.glob("LICEN[CS]E*")):
        text = path.read_text(errors="replace")
        for identifier, pattern in LICENCES:
            if re.search(pattern, text):
                return [{"license": {"id": identifier}}]
    raise SystemExit(f"{folder}: its licence is not known; add it to {sys.argv[0]}")


def swift_packages(resolved, checkouts):
    for pin in json.loads(Path(resolved).read_text())["pins"]:
        location = pin["location"].removesuffix(".git")
        place = location.removeprefix("https://")
        version, revision = pin["state"]["version"], pin["state"]["revision"]
        yield {
            "type": "library", "bom-ref": f"pkg:swift/{place}@{version}", "name": pin["identity"],
            "version": version, "purl": f"pkg:swift/{place}@{version}",
            "licenses": licence_of(Path(checkouts) / location.rsplit("/", 1)[1]),
            "externalReferences": [{"type": "vcs", "url": location}],
            "properties": [{"name": "revision", "value": revision}],
        }


def debian_licences(package):
    """What its copyright file names; such files are for people, so what is no name of SPDX stays a name."""
    path = Path(f"/usr/share/doc/{package.split(':')[0]}/copyright")
    names = re.findall(r"^License:\s*(\S.*)$", path.read_text(errors="replace"), re.M) if path.exists() else []
    return [{"license": {"name": name.strip()}} for name in sorted(set(names))]


def packages_of(program):
    """The Debian packages of the libraries that are loaded, direct and indirect."""
    found = {}
    for line in run("ldd", program).splitlines():
        match = re.search(r"=> (/\S+)", line)
        if not match:
            continue
        for path in (str(Path(match[1]).resolve()), match[1], match[1].removeprefix("/usr")):
            owner = subprocess.run(["dpkg", "-S", path], capture_output=True, text=True)
            if owner.returncode == 0:
                found[owner.stdout.split(": ")[0].split(",")[0]] = True
                break
        else:
            raise SystemExit(f"{match[1]} belongs to no package")
    return sorted(found)


def system_libraries(program):
    for package in packages_of(program):
        name, version, architecture = run(
            "dpkg-query", "-W", "-f", "${Package}\t${Version}\t${Architecture}", package).split("\t")
        purl = f"pkg:deb/debian/{name}@{version}?arch={architecture}"
        yield {
            "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "licenses": debian_licences(package),
        }


def runtime():
    version = re.search(r"Swift version (\S+)", run("swift", "--version") )[1]
    return {
        "type": "framework", "bom-ref": f"swift@{version}", "name": "swift-runtime", "version": version,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
        "externalReferences": [{"type": "vcs", "url": "https://github.com/swiftlang/swift"}],
    }


def main():
    program, version, resolved, checkouts = sys.argv[1:]
    parts = [*swift_packages(resolved, checkouts), runtime(), *system_libraries(program)]
    print(json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {
            "type": "application", "bom-ref": "status-sync", "name": "status-sync", "version": version,
            "licenses": [{"license": {"id": "MIT"}}]}},
        "components": parts,
        "dependencies": [{"ref": "status-sync", "dependsOn": [part["bom-ref"] for part in parts]}],
    }, indent=1, ensure_ascii=False))


main()

#!/usr/bin/env python3
"""The parts of the program as CycloneDX 1.5 JSON: Swift packages, the Swift runtime, and the system's libraries.

sbom.py PROGRAM RESOLVED CHECKOUTS: the program, the file of resolved Swift packages, and the folder of their
sources. What is linked in is read from the list of the linker, beside the program; a resolved package of which nothing is, for
tests alone, has the scope `excluded`. The result has no time and no random number: the same parts give the same bytes.
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

# Sources of others within Swift packages, by the target that holds them: name, licence, and where its version stands.
WITHIN = {
    "CCryptoBoringSSL": ("boringssl", "Apache-2.0 AND MIT", "hash.txt", r"revision (\w+)"),
    "CXKCP": ("xkcp", "CC0-1.0", None, None),
    "CNIOLLHTTP": ("llhttp", "MIT", "include/c_nio_llhttp.h", r"LLHTTP_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)"),
    "CYaml": ("libyaml", "MIT", None, None),
}
# Headers of C++ that are compiled in, by a file of theirs.
HEADERS = ["/usr/include/boost/version.hpp"]
# Where the copyright file of Debian is not of the form that names licences.
KNOWN = {
    "libc6": "LGPL-2.1-or-later", "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1", "libgssapi-krb5-2": "MIT", "libk5crypto3": "MIT",
    "libkrb5-3": "MIT", "libkrb5support0": "MIT", "librtmp1": "LGPL-2.1-or-later",
    "libtasn1-6": "LGPL-2.1-or-later",
}


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def licence_of(folder):
    for path in sorted(folder.glob("LICEN[CS]E*")):
        text = path.read_text(errors="replace")
        for identifier, pattern in LICENCES:
            if re.search(pattern, text):
                return [{"license": {"id": identifier}}]
    raise SystemExit(f"{folder}: its licence is not known; add it to {sys.argv[0]}")


def linked_targets(program):
    objects = Path(program).resolve().parent / "status-sync.product" / "Objects.LinkFileList"
    return set(re.findall(r"/(\w+)\.build/", objects.read_text()))


def within(target, folder):
    """The sources of others in one target."""
    name, licence, file, pattern = WITHIN[target]
    part = {"type": "library", "bom-ref": name, "name": name, "licenses": [{"expression": licence}]}
    if file:
        part["version"] = ".".join(re.findall(pattern, (folder / file).read_text()))
    return part


def swift_packages(program, resolved, checkouts):
    linked = linked_targets(program)
    for pin in json.loads(Path(resolved).read_text())["pins"]:
        location = pin["location"].removesuffix(".git")
        place = location.removeprefix("https://")
        version, revision = pin["state"]["version"], pin["state"]["revision"]
        sources = Path(checkouts) / location.rsplit("/", 1)[1]
        targets = {path.name: path for path in sorted((sources / "Sources").rglob("*")) if path.name in linked}
        yield {
            "type": "library", "bom-ref": f"pkg:swift/{place}@{version}", "name": pin["identity"],
            "version": version, "purl": f"pkg:swift/{place}@{version}",
            "licenses": licence_of(sources), "scope": "required" if targets else "excluded",
            "externalReferences": [{"type": "vcs", "url": location}],
            "properties": [{"name": "revision", "value": revision}],
            "components": [within(target, targets[target]) for target in WITHIN if target in targets],
        }


def debian_licences(package):
    """What its copyright file names; such files are for people, so what is no name of SPDX stays a name."""
    package = package.split(":")[0]
    if package in KNOWN:
        return [{"expression": KNOWN[package]}]
    path = Path(f"/usr/share/doc/{package}/copyright")
    names = re.findall(r"^License:\s*(\S.*?)\s*$", path.read_text(errors="replace"), re.M) if path.exists() else []
    names = [name for name in names if re.fullmatch(r"[\w.+:/-]+( (or|and|with|AND|OR|WITH) [\w.+ -]+)*", name)]
    if not names:
        raise SystemExit(f"{path} names no licence; add {package} to {sys.argv[0]}")
    return [{"license": {"name": name}} for name in sorted(set(names))]


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
    for path in HEADERS:
        found[run("dpkg", "-S", path).split(": ")[0]] = True
    return sorted(found)


def system_libraries(program):
    for package in packages_of(program):
        name, version, architecture = run(
            "dpkg-query", "-W", "-f", "${Package}\t${Version}\t${Architecture}", package).split("\t")
        purl = f"pkg:deb/debian/{name}@{version}?arch={architecture}"
        yield {
            "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "licenses": debian_licences(package),
            "properties": [{"name": "copyright", "value": f"/usr/share/doc/{name}/copyright"}],
        }


def runtime():
    version = re.search(r"Swift version (\S+)", run("swift", "--version"))[1]
    return {
        "type": "framework", "bom-ref": f"swift@{version}", "name": "swift-runtime", "version": version,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
        "externalReferences": [{"type": "vcs", "url": "https://github.com/swiftlang/swift"}],
    }


def main():
    program, resolved, checkouts = sys.argv[1:]
    version = run(program, "--version").strip()
    parts = [*swift_packages(program, resolved, checkouts), runtime(), *system_libraries(program)]
    print(json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {
            "type": "application", "bom-ref": "status-sync", "name": "status-sync", "version": version,
            "licenses": [{"license": {"id": "MIT"}}]}},
        "components": parts,
        "dependencies": [{"ref": "status-sync", "dependsOn": [part["bom-ref"] for part in parts]}],
    }, indent=1, ensure_ascii=False))


main()

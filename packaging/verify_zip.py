#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Proves what is in the zip: names, one library per platform that runs where it says, nothing else, nothing of the build machine.

Usage: verify_zip.py ZIP --glibc 2.17
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

LIBRARY = "libgs_native_cluster.so"
MACHINES = {"linux-x86_64": "Advanced Micro Devices X86-64", "linux-aarch64": "AArch64"}
PACKAGE = "org/geoserver/nativecluster/"
NATIVES = PACKAGE.replace("/", ".") + "nativelib.NativeLibrary"
TEXTS = {"README.txt", "LICENSE.txt", "THIRD-PARTY.txt", "CHANGELOG.txt"}
TEXTS |= {"configuration.md", "active-clustering.md", "peer-defects.md"}
# glibc's own parts: in every Linux that the glibc bound admits.
NEEDED = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
# blake3's C code for NEON calls back into its Rust part, by this name.
LINKAGE = {"blake3_compress_in_place_portable"}

failures: list[str] = []


def check(condition: bool, text: str) -> None:
    if not condition:
        failures.append(text)


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def no_trace_of_this_machine(name: str, content: bytes) -> None:
    """Paths of the build machine; a jar is looked at entry by entry.

    Strings lie in a library without a gap, so what comes before a path says nothing; the folder after it keeps short paths of
    a checkout, such as /src, from being found in others.
    """
    home, here = pathlib.Path.home(), pathlib.Path.cwd()
    cargo = os.environ.get("CARGO_HOME", f"{home}/.cargo")
    places = [f"{here}/{folder}/" for folder in ("native", "java", "target", "build")]
    places += [f"{cargo}/registry/", f"{cargo}/git/", f"{home}/."]
    for place in places:
        check(place.encode() not in content, f"{name} names a path of the build machine: {place}")


def archive(path: pathlib.Path) -> dict[str, bytes]:
    """Entries without folders; they must be in fixed order, without times, and there once."""
    with zipfile.ZipFile(path) as file:
        entries = file.infolist()
        check(len({e.filename for e in entries}) == len(entries), f"{path.name} has an entry twice")
        check(len({e.date_time for e in entries}) == 1, f"{path.name} has time stamps")
        return {e.filename: file.read(e) for e in entries if not e.is_dir()}


def verify_library(platform: str, path: pathlib.Path, natives: set[str], glibc: str) -> None:
    name = f"{platform}/{LIBRARY}"
    header = output("readelf", "-hW", str(path))
    check(bool(re.search(rf"Machine:\s+{MACHINES[platform]}\n", header)), f"{name} is not for {MACHINES[platform]}")
    check("DYN (Shared object file)" in header, f"{name} is not a shared library")

    wanted = set(re.findall(r"GLIBC_([0-9.]+)", output("readelf", "-VW", str(path))))
    check(bool(wanted), f"{name}: readelf finds no glibc version")
    too_new = [v for v in wanted if version(v) > version(glibc)]
    check(not too_new, f"{name} needs glibc {too_new}, the bound is {glibc}")
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-dW", str(path))))
    check(needed <= NEEDED, f"{name} needs {sorted(needed - NEEDED)}, which are not parts of glibc")

    sections = output("readelf", "-SW", str(path))
    check(".debug_" not in sections and ".symtab" not in sections, f"{name} is not stripped")
    rows = [row.split() for row in output("readelf", "--dyn-syms", "-W", str(path)).splitlines()]
    exported = {row[7] for row in rows if len(row) > 7 and row[4] == "GLOBAL" and row[6] != "UND"}
    symbols = {f"Java_{NATIVES.replace('.', '_')}_{native}" for native in natives}
    check(symbols <= exported, f"{name} lacks {sorted(symbols - exported)}")
    stray = exported - symbols - LINKAGE
    check(not stray, f"{name} exports {sorted(stray)}, which no Java method calls")


def verify_jar(path: pathlib.Path, release: str, glibc: str) -> dict[str, bytes]:
    entries = archive(path)
    libraries = {f"native/{platform}/{LIBRARY}" for platform in MACHINES}
    found = {name for name in entries if name.startswith("native/")}
    check(found == libraries, f"libraries in {path.name}: {sorted(found)}, expected {sorted(libraries)}")
    stray = [n for n in entries if n not in libraries | {"META-INF/MANIFEST.MF", "applicationContext.xml"} and not n.startswith(PACKAGE)]
    check(not stray, f"stray entries in {path.name}: {stray}")
    check("applicationContext.xml" in entries, f"{path.name} has no applicationContext.xml")
    # Class file version 61 is Java 17, what GeoServer 2.28 asks for.
    newer = [n for n, content in entries.items() if n.endswith(".class") and int.from_bytes(content[6:8], "big") > 61]
    check(not newer, f"classes for a Java later than 17: {newer}")
    manifest = entries["META-INF/MANIFEST.MF"].decode()
    check(f"Implementation-Version: {release}\r\n" in manifest, f"the manifest does not state version {release}")
    check(f"Main-Class: {PACKAGE.replace('/', '.')}nativelib.Main\r\n" in manifest, "the manifest states no Main-Class")
    check(f"{PACKAGE}nativelib/Main.class" in entries, "the Main-Class is not in the jar")
    natives: set[str] = set()
    if f"{PACKAGE}nativelib/NativeLibrary.class" in entries:
        declared = output("javap", "-p", "-cp", str(path), NATIVES)
        natives = set(re.findall(r" native .*? (\w+)\(", declared))
    check(bool(natives), f"{NATIVES} declares no native method")
    with tempfile.TemporaryDirectory() as folder:
        for platform in MACHINES:
            if f"native/{platform}/{LIBRARY}" not in found:
                continue
            library = pathlib.Path(folder, platform + ".so")
            library.write_bytes(entries[f"native/{platform}/{LIBRARY}"])
            verify_library(platform, library, natives, glibc)
    return entries


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("zip", type=pathlib.Path)
    parser.add_argument("--glibc", required=True)
    arguments = parser.parse_args()
    release = re.fullmatch(r"gs-native-cluster-(.+)\.zip", arguments.zip.name)
    if not release:
        sys.exit(f"{arguments.zip.name} is not named gs-native-cluster-<version>.zip")
    jar = f"gs-native-cluster-{release[1]}.jar"
    entries = archive(arguments.zip)
    check(set(entries) == TEXTS | {jar}, f"entries of the zip: {sorted(entries)}, expected {sorted(TEXTS | {jar})}")
    for name in TEXTS & set(entries):
        check(len(entries[name]) > 200, f"{name} is empty")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, jar)
        path.write_bytes(entries.get(jar, b""))
        inside = verify_jar(path, release[1], arguments.glibc)
    for name, content in {**{n: entries[n] for n in TEXTS & set(entries)}, **inside}.items():
        no_trace_of_this_machine(name, content)
    if failures:
        sys.exit("\n".join(f"verify zip: {failure}" for failure in failures))
    print(f"{arguments.zip.name}: {arguments.zip.stat().st_size:,} bytes, {len(inside)} entries in the jar, "
          f"libraries for {' and '.join(MACHINES)}, glibc {arguments.glibc} or later")


if __name__ == "__main__":
    main()

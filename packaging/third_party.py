#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes THIRD-PARTY.txt: each crate linked into the native library, its licence, and the licence texts that its authors ship.

Usage: third_party.py OUTPUT TARGET...      (TARGET: Rust targets that are shipped)
"""
import json
import pathlib
import re
import subprocess
import sys

OURS = "gs-cluster-"
TEXTS = re.compile(r"^(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)
# Linked by the toolchain and not by a crate.
TOOLCHAIN = [
    ("Rust standard library", "MIT OR Apache-2.0", "https://github.com/rust-lang/rust"),
    ("LLVM libunwind and compiler-rt, by way of zig", "Apache-2.0 WITH LLVM-exception", "https://github.com/llvm/llvm-project"),
]


def cargo(*arguments: str) -> str:
    return subprocess.run(["cargo", *arguments, "--locked"], check=True, capture_output=True, text=True).stdout


def linked(target: str) -> set[str]:
    """Names and versions ("tokio v1.0.0") of what is linked; procedural macros and build scripts' crates are not."""
    tree = cargo("tree", "-p", "gs-cluster-jni", "-e", "normal,no-proc-macro", "--prefix", "none", "--target", target, "-f", "{p}")
    return {" ".join(line.split()[:2]) for line in tree.splitlines() if line and not line.startswith(OURS)}


def main(output: str, targets: list[str]) -> None:
    wanted = set().union(*(linked(target) for target in targets))
    packages = json.loads(cargo("metadata", "--format-version", "1"))["packages"]
    crates = sorted((p for p in packages if f"{p['name']} v{p['version']}" in wanted), key=lambda p: (p["name"], p["version"]))
    if len(crates) != len(wanted):
        sys.exit(f"cargo tree names {len(wanted)} crates, cargo metadata knows {len(crates)} of them")

    lines = ["Libraries that are linked into gs-native-cluster, with their licences. The texts follow below.", ""]
    lines += [f"{name}: {licence}\n    {home}" for name, licence, home in TOOLCHAIN]
    texts: dict[str, list[str]] = {}
    for crate in crates:
        label = f"{crate['name']} {crate['version']}"
        lines.append(f"{label}: {crate['license']}\n    {crate['repository'] or crate['homepage']}")
        folder = pathlib.Path(crate["manifest_path"]).parent
        for file in sorted(folder.iterdir()):
            if file.is_file() and TEXTS.match(file.name) and file.suffix not in (".rs", ".toml"):
                text = "\n".join(line.rstrip() for line in file.read_text(encoding="utf-8", errors="replace").strip().splitlines())
                texts.setdefault(text, []).append(label)
    for text, labels in sorted(texts.items(), key=lambda item: item[1]):
        lines += ["", "=" * 100, ", ".join(dict.fromkeys(labels)), "=" * 100, "", text]
    path = pathlib.Path(output)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(crates)} crates, {len(texts)} licence texts")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

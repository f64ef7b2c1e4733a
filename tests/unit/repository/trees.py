"""Folders of files for tests of the gate's reading."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

ADMIN = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}\n'
"""A policy that `full-admin` fires on, at 1:61."""


def made(folder: Path, files: Mapping[str, str]) -> Path:
    """The folder with the files in it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def git(folder: Path, *words: str) -> None:
    """Run git in the folder."""
    named = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *named, "-C", str(folder), *words], check=True, capture_output=True)

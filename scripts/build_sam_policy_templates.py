"""Take SAM's policy templates out of the wheel of aws-sam-translator (Apache-2.0) into `secrets_cli/inputs/data/`.

    pip download --no-deps aws-sam-translator==VERSION
    python -m scripts.build_sam_policy_templates aws_sam_translator-VERSION-py3-none-any.whl

Definitions and parameters' names are kept, descriptions are not. The header names source, version and hash.
"""

import hashlib
import json
import sys
import zipfile
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "secrets_cli" / "inputs" / "data" / "sam_policy_templates.json"
MEMBER = "samtranslator/policy_templates_data/policy_templates.json"


def build(wheel: Path) -> str:
    """The text of the data file."""
    with zipfile.ZipFile(wheel) as archive:
        raw = archive.read(MEMBER)
    source = json.loads(raw)
    header = {
        "source": "aws-sam-translator",
        "version": wheel.name.split("-")[1],
        "licence": "Apache-2.0",
        "notice": "Copyright 2018 Amazon.com, Inc. or its affiliates. All Rights Reserved.",
        "member": MEMBER,
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    templates = {
        name: {"Parameters": sorted(entry["Parameters"]), "Definition": entry["Definition"]}
        for name, entry in sorted(source["Templates"].items())
    }
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in templates.items())
    return f'{{"header": {json.dumps(header)},\n"templates": {{\n{lines}\n}}}}\n'


def main() -> None:
    """Write the data file."""
    TARGET.write_text(build(Path(sys.argv[1])), encoding="utf-8")
    print(TARGET)


if __name__ == "__main__":
    main()

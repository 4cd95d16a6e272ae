"""`python -m local transform FILE`: the template as AWS will transform it, for cfn-lint.

Only there does a linter see a wrong IAM action in an inline policy (W3037): the SAM source hides it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from local.build.artifacts import ROOT
from local.build.blueprint import sample_template

# The transform writes some parameters' values in place, and leaves the parameters themselves without a use.
_UNUSED_PARAMETER = "W2001"


def transformed(path: Path = ROOT / "template.yaml") -> dict[str, Any]:
    """A whole CloudFormation template."""
    template = sample_template(path)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Metadata": {"cfn-lint": {"config": {"ignore_checks": [_UNUSED_PARAMETER]}}},
        "Parameters": yaml_parse(path.read_text(encoding="utf-8"))["Parameters"],
        "Rules": template.rules,
        "Conditions": template.conditions,
        "Mappings": template.mappings,
        "Resources": template.resources,
        "Outputs": template.outputs,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m local transform", description=__doc__)
    parser.add_argument("file", type=Path, help="where to write the transformed template, as JSON")
    target: Path = parser.parse_args(arguments).file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(transformed(), indent=1) + "\n", encoding="utf-8")
    return 0

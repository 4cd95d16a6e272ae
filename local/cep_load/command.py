"""`python -m local cep-load PATH... --table NAME`: a data set of CEPs becomes the first source of the look-up.

    python -m local cep-load opencep.zip --table commerce-dev-CepCacheTable-1ABC --days 365

Takes zip files, folders and JSON files with ViaCEP's field names, as OpenCEP's data set has them. It may run again:
what is there is replaced.
"""

from __future__ import annotations

import argparse
import sys
import time
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from itertools import chain
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from commerce.platform.clock import SystemClock
from local.cep_load.files import entries
from local.cep_load.loading import Report, rows, write


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when something was loaded and nothing broke, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m local cep-load", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a zip file, a folder or a JSON file")
    parser.add_argument("--table", required=True, help="the CepCacheTable's name, an output of the stack")
    parser.add_argument("--days", type=int, default=365, help="how long it is believed (365)")
    parser.add_argument("--endpoint", help="the AWS address that `make run` prints, for the local stack")
    options = parser.parse_args(arguments)
    if options.days < 1:
        parser.error("--days is a number of days, 1 or more")
    report = Report()
    found = chain.from_iterable(map(entries, options.paths))
    try:
        client = boto3.client("dynamodb", endpoint_url=options.endpoint)
        wanted = rows(found, clock=SystemClock(), lifetime=timedelta(days=options.days), report=report)
        write(client, options.table, wanted, report, time.sleep)
    except (OSError, zipfile.BadZipFile) as error:
        print(f"cep-load: {error}", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"cep-load: AWS refused: {error}. Check --table, AWS_PROFILE and AWS_REGION.", file=sys.stderr)
        return 1
    finally:
        _tell(report)
    return 0 if report.loaded else 1


def _tell(report: Report) -> None:
    print(f"{report.loaded} CEPs loaded, {report.refused} entries left out.")
    for line in report.left_out:
        print(f"  {line}")

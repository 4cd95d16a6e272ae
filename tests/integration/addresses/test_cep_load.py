"""A data set of CEPs, loaded into the table, is the first source: nobody else is asked for what is in it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from commerce.addresses.directory import CepDirectory
from commerce.addresses.sources import GuardedSource
from commerce.platform.cache import TableCache
from commerce.platform.clock import ManualClock
from local.cep_load.command import main
from local.cep_load.files import entries
from local.cep_load.loading import ROWS_A_CALL, Report, rows, write
from tests.builders import NOW
from tests.tables import tables
from tests.unit.addresses.rig import PERDIZES, Scripted, Through

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "CepCacheTable"
STREET = {"cep": "15050-305", "logradouro": "Rua Nova", "bairro": "Centro", "localidade": "São José", "uf": "SP"}
TOWN = {"cep": "87360-000", "logradouro": "", "complemento": "", "bairro": "", "localidade": "Goioerê", "uf": "PR"}


@pytest.fixture
def client() -> Iterator[DynamoDBClient]:
    with tables() as client:
        yield client


def asking_nobody(client: DynamoDBClient, clock: ManualClock) -> tuple[CepDirectory, Scripted]:
    source = Scripted("viacep", PERDIZES)
    cache = TableCache(client, TABLE, clock, name="cep")
    return CepDirectory([GuardedSource(source, Through(), 1.5)], cache), source


def test_what_was_loaded_is_found_and_nobody_is_asked(client: DynamoDBClient, tmp_path: Path) -> None:
    (tmp_path / "15050305.json").write_text(json.dumps(STREET), encoding="utf-8")
    (tmp_path / "towns.json").write_text(json.dumps([TOWN]), encoding="utf-8")
    clock, report = ManualClock(NOW), Report()
    wanted = rows(entries(tmp_path), clock=clock, lifetime=timedelta(days=365), report=report)
    write(client, TABLE, wanted, report, lambda _: None)
    assert (report.loaded, report.refused) == (2, 0)

    directory, source = asking_nobody(client, clock)
    clock.advance(364 * 86_400)
    answer = directory.find("15050305")
    assert answer.address is not None
    assert (answer.address.logradouro, answer.source, answer.cached) == ("Rua Nova", "opencep-data", True)
    assert source.asked == 0
    assert directory.find(PERDIZES.cep).source == "viacep", "what is not in it is looked up as ever"


def test_what_cannot_be_read_is_left_out_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("no json", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps([{"cep": "1"}, {**STREET, "uf": "XX"}, 7]), encoding="utf-8")
    report = Report()
    assert list(rows(entries(tmp_path), clock=ManualClock(NOW), lifetime=timedelta(1), report=report)) == []
    assert report.refused == 4
    assert [line.partition(": ")[0].rpartition("/")[2] for line in report.left_out] == [
        "a.json",
        "b.json[0]",
        "b.json[1]",
        "b.json[2]",
    ]


def test_many_rows_and_a_table_that_puts_some_off(client: DynamoDBClient) -> None:
    class Busy:
        """Takes half of a call's rows; the rest comes back."""

        def batch_write_item(self, **arguments: Any) -> Any:
            ((table, wanted),) = arguments["RequestItems"].items()
            taken, left = wanted[: len(wanted) // 2 + 1], wanted[len(wanted) // 2 + 1 :]
            client.batch_write_item(RequestItems={table: taken})
            return {"UnprocessedItems": {table: left}} if left else {}

    found = [(str(number), {**STREET, "cep": f"150{number:05}"}) for number in range(ROWS_A_CALL * 2 + 1)]
    report, busy, naps = Report(), Busy(), list[float]()
    wanted = rows([*found, found[0]], clock=ManualClock(NOW), lifetime=timedelta(1), report=report)
    write(busy, TABLE, wanted, report, naps.append)  # type: ignore[arg-type]
    assert client.scan(TableName=TABLE)["Count"] == len(found)
    assert naps


def test_a_table_that_never_takes_them_ends_it(client: DynamoDBClient) -> None:
    class Closed:
        def batch_write_item(self, **arguments: Any) -> Any:
            return {"UnprocessedItems": arguments["RequestItems"]}

    wanted = rows([("a", STREET)], clock=ManualClock(NOW), lifetime=timedelta(1), report=Report())
    with pytest.raises(TimeoutError, match="run it again"):
        write(Closed(), TABLE, wanted, Report(), lambda _: None)  # type: ignore[arg-type]


def test_the_command_takes_a_zip_and_says_what_it_did(
    client: DynamoDBClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("v1/15050305.json", json.dumps(STREET))
        archive.writestr("README.md", "no addresses")
    assert main([str(path), "--table", TABLE]) == 0
    assert capsys.readouterr().out == "1 CEPs loaded, 0 entries left out.\n"
    assert client.scan(TableName=TABLE)["Count"] == 1


@pytest.mark.usefixtures("client")
def test_what_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.zip"), "--table", TABLE]) == 1
    assert "none.zip" in capsys.readouterr().err
    (tmp_path / "a.json").write_text(json.dumps(STREET), encoding="utf-8")
    assert main([str(tmp_path / "a.json"), "--table", "NoSuchTable"]) == 1
    assert "Check --table" in capsys.readouterr().err

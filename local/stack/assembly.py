"""Puts the parts of a running stack together, and takes them apart again."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from local.stack.aws_endpoint import AwsEndpoint, Backend
from local.stack.aws_resources import AwsClients, AwsResources
from local.stack.clients import Clients
from local.stack.docs_page import DocsPage
from local.stack.env_file import NONE, RealProviders, read_env_file
from local.stack.environment import Surroundings
from local.stack.front import FrontDoor
from local.stack.function_urls import FunctionUrls
from local.stack.http_api import HttpApi
from local.stack.logs import Logs
from local.stack.model import ApiSpec, AsyncSpec, QueueSourceSpec, StreamSourceSpec
from local.stack.moto_backend import MotoBackend
from local.stack.options import StackOptions
from local.stack.plugs import PluggedSandbox
from local.stack.pool import FunctionPool, PoolSettings
from local.stack.provision import Deployed, Place, Provisioner
from local.stack.recorder import Caller, Touch
from local.stack.schedules import Schedule, ScheduleWires
from local.stack.sqs_source import QueuePace, SqsSource
from local.stack.stream_source import StreamSource, StreamWires
from local.stack.tokens import Issuer
from local.stack.transform import REGION, load_template

_SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter while others wait: all servers of a stack are threads of one process."""

_OUTWARD = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
"""What a worker needs of the machine to reach a real provider, and gets only then."""


@dataclass(slots=True)
class Assembly:
    """All parts of one running stack. `changed` is set whenever work ended somewhere."""

    endpoint: AwsEndpoint
    front: FrontDoor
    clients: Clients
    logs: Logs
    issuer: Issuer
    sandboxes: dict[str, PluggedSandbox]
    changed: threading.Event
    provisioner: Provisioner
    deployed: Deployed
    pools: dict[str, FunctionPool]
    queues: list[SqsSource] = field(default_factory=list)
    streams: list[StreamSource] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    real_providers: list[str] = field(default_factory=list)
    closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def api(self) -> ApiSpec | None:
        return self.deployed.apis[0] if self.deployed.apis else None

    @property
    def url_functions(self) -> list[str]:
        return [url.function for url in self.deployed.urls]

    def under_way(self) -> list[str]:
        """What is going on, in words; empty when nothing is."""
        found = [f"{one.pending} webhooks of {name}" for name, one in self.sandboxes.items() if one.pending]
        found += [f"the stream of {source.table}" for source in self.streams if source.behind]
        found += [f"{pool.busy} workers of {name}" for name, pool in self.pools.items() if pool.busy]
        for source in self.queues:
            if source.spec.enabled and (waiting := source.waiting() or source.busy):
                found.append(f"{waiting} messages in {source.queue_name}")
        return found

    def close(self) -> None:
        self.closing.close()


def assemble(options: StackOptions) -> Assembly:
    """Start everything. When a part fails, what was started before it is stopped again."""
    with contextlib.ExitStack() as closing:
        running = _start(options, closing)
        running.closing = closing.pop_all()
        return running


def _start(options: StackOptions, closing: contextlib.ExitStack) -> Assembly:
    sys.setswitchinterval(_SWITCH_SECONDS)
    real = read_env_file(options.env_file) if options.env_file else NONE
    pools: dict[str, FunctionPool] = {}
    changed = threading.Event()
    backend = _backend(options)
    endpoint = AwsEndpoint(backend, _killer(pools))
    closing.callback(endpoint.stop)
    clients = Clients(endpoint.url)
    closing.callback(clients.close)
    front = FrontDoor(options.port)
    closing.callback(front.stop)
    sandboxes = _sandboxes(options, real, closing)
    issuer = Issuer()
    provisioner = _provisioner(options, real, sandboxes, issuer, backend.account_id, clients, front)
    deployed = provisioner.run()
    endpoint.hash_keys.update(provisioner.aws.hash_keys)
    logs = Logs(options.echo)
    around = Surroundings(endpoint.url, _outward() if real.names else {})
    settings = PoolSettings(around, logs, options.runtime, options.concurrency, changed.set)
    pools.update({name: FunctionPool(spec, settings) for name, spec in deployed.functions.items()})
    running = Assembly(endpoint, front, clients, logs, issuer, sandboxes, changed, provisioner, deployed, pools)
    running.real_providers = sorted(real.names)
    _open_doors(running, options, backend.account_id)
    _start_sources(running, options, closing)
    _connect(running)
    with ThreadPoolExecutor() as starting:
        list(starting.map(lambda name: pools[name].prewarm(), options.prewarm))
    return running


def _backend(options: StackOptions) -> Backend:
    if not options.strict:
        return MotoBackend()
    from local.stack.strict import StrictBackend  # noqa: PLC0415  only a strict stack needs a Java machine

    return StrictBackend()


def _killer(pools: dict[str, FunctionPool]) -> Callable[[Caller], None]:
    return lambda caller: pools[caller.function].kill(caller.worker)


def _outward() -> dict[str, str]:
    found = {name: os.environ[name] for name in _OUTWARD if name in os.environ}
    if found:
        found["NO_PROXY"] = found["no_proxy"] = ",".join(filter(None, [found.get("NO_PROXY"), "127.0.0.1,localhost"]))
    return found


def _sandboxes(options: StackOptions, real: RealProviders, closing: contextlib.ExitStack) -> dict[str, PluggedSandbox]:
    started: dict[str, PluggedSandbox] = {}
    for plug in options.sandboxes:
        if plug.name not in real.names:
            started[plug.name] = PluggedSandbox(plug)
            closing.callback(started[plug.name].stop)
    return started


def _provisioner(
    options: StackOptions,
    real: RealProviders,
    sandboxes: dict[str, PluggedSandbox],
    issuer: Issuer,
    account_id: str,
    clients: Clients,
    front: FrontDoor,
) -> Provisioner:
    plugged = {base: one.url for one in sandboxes.values() for base in one.plug.bases}
    suggested = {"JwtIssuer": issuer.url, "ReleaseHash": "local0", "MailFromAddress": "orders@store.example"}
    template = load_template(options.template, {**plugged, **real.parameters, **options.parameters}, suggested)
    secrets: dict[str, dict[str, str]] = {}
    for source in (*(one.plug.secrets for one in sandboxes.values()), real.secrets, options.secrets):
        for logical_id, fields in source.items():
            secrets.setdefault(logical_id, {}).update(fields)
    aws = AwsClients(*(clients.own(service) for service in ("dynamodb", "sqs", "events", "secretsmanager")))
    place = Place(options.stack_name, account_id, front.url, front.url_of)
    return Provisioner(template, place, AwsResources(aws, options.stack_name, secrets))


def _open_doors(running: Assembly, options: StackOptions, account_id: str) -> None:
    urls = {name: running.pools[name] for name in running.url_functions}
    api = HttpApi(running.api, running.pools, running.issuer.keys, account_id) if running.api else None
    running.front.open(api, FunctionUrls(urls, account_id), DocsPage(options.openapi, running.front.url))


def _start_sources(running: Assembly, options: StackOptions, closing: contextlib.ExitStack) -> None:
    pace = QueuePace(options.concurrency, options.redelivery)
    running.queues += [_queue(running, spec, pace) for spec in running.deployed.queue_sources]
    running.streams += [_stream(running, spec) for spec in running.deployed.stream_sources]
    wires = ScheduleWires(lambda arn, body: _send(running, arn, body), running.provisioner.account_id, REGION)
    running.schedules += [
        Schedule(spec, running.pools[spec.function], running.deployed.failures.get(spec.function, AsyncSpec()), wires)
        for spec in running.deployed.schedules
    ]
    running.endpoint.listen(_bells(running))
    parts: list[SqsSource | StreamSource | Schedule] = [
        *running.queues,
        *running.streams,
        *(running.schedules if options.timers else []),
    ]
    # On the way down: no new batches, then no processes, then the threads that waited for them.
    for part in parts:
        closing.callback(part.join)
    for pool in running.pools.values():
        closing.callback(pool.close)
    for part in parts:
        closing.callback(part.stop)
        part.start()


def _queue(running: Assembly, spec: QueueSourceSpec, pace: QueuePace) -> SqsSource:
    url = running.provisioner.aws.queue_urls[spec.queue_arn]
    client = running.clients.source("sqs", spec.function)
    own = running.clients.own("sqs")
    return SqsSource(spec, running.pools[spec.function], client, own, url, pace, running.changed.set)


def _stream(running: Assembly, spec: StreamSourceSpec) -> StreamSource:
    wires = StreamWires(
        streams=running.clients.source("dynamodbstreams", spec.function),
        sqs=running.clients.source("sqs", spec.function),
        queue_url=running.provisioner.aws.queue_urls.__getitem__,
        changed=running.changed.set,
    )
    return StreamSource(spec, running.pools[spec.function], wires)


def _send(running: Assembly, arn: str, body: str) -> None:
    running.clients.own("sqs").send_message(QueueUrl=running.provisioner.aws.queue_urls[arn], MessageBody=body)


def _bells(running: Assembly) -> Callable[[str, list[Touch]], None]:
    """Wakes the sources of a queue or table that was written to; an event on a bus may end in any queue."""

    def ring(service: str, touched: list[Touch]) -> None:
        names = {touch.resource for touch in touched}
        for queue in running.queues:
            if service == "events" or (service == "sqs" and queue.queue_name in names):
                queue.ring()
        for stream in running.streams:
            if service == "dynamodb" and stream.table in names:
                stream.ring()

    return ring


def _connect(running: Assembly) -> None:
    for one in running.sandboxes.values():
        if one.plug.connect and one.plug.webhook_function:
            one.plug.connect(one.sandbox, running.front.url_of(one.plug.webhook_function))

"""A real S3 server: the smallest Ceph cluster that has a RADOS Gateway, all of it in memory.

One monitor, one store and one gateway on free loopback ports; up in about ten seconds. Ceph is
what refuses a tampered signature, an expired address and a wrong range as a big installation does.
"""

import contextlib
import json
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.services.programs import answers, call, kept_ports, need, running

REGION = "us-east-1"
BUCKET = "understudy"
STORE_BYTES = 4 * 1024**3  # a limit, not a reservation
PROGRAMS = (
    "ceph-mon",
    "ceph-osd",
    "radosgw",
    "radosgw-admin",
    "ceph",
    "ceph-authtool",
    "monmaptool",
)


@dataclass(frozen=True, slots=True)
class S3:
    """How to reach the server."""

    endpoint_url: str
    access_key: str
    secret_key: str
    region: str = REGION
    bucket: str = BUCKET

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which a process of the studio uses this server."""
        return {
            "S3_ENDPOINT_URL": self.endpoint_url,
            "S3_ACCESS_KEY": self.access_key,
            "S3_SECRET_KEY": self.secret_key,
            "S3_REGION": self.region,
            "S3_BUCKET": self.bucket,
        }


@contextlib.contextmanager
def ceph() -> Iterator[S3]:
    """The server with one user; its bucket is not made yet."""
    program = {name: need(name, untested="S3 storage") for name in PROGRAMS}
    # A socket's path may have 107 characters, so not below pytest's long folders.
    folder = Path(tempfile.mkdtemp(prefix="ceph-"))
    try:
        with contextlib.ExitStack() as stack:
            yield _start(stack, folder, program)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(stack: contextlib.ExitStack, folder: Path, program: dict[str, Path]) -> S3:
    mon_port, gateway_port = kept_ports(2)
    conf, keys = folder / "ceph.conf", folder / "keyring"
    conf.write_text(_configuration(folder, mon_port, gateway_port))
    _make_keys(program["ceph-authtool"], keys)
    _make_monitor(program, folder, mon_port)

    def serve(kind: str, name: str, port: int, *more: str | Path) -> None:
        command = [program[kind], "-f", "-c", conf, "-k", keys, *name.split(), *more]
        ready = (lambda: answers(port)) if port else (lambda: True)
        stack.enter_context(running(command, log=folder / f"{kind}.log", ready=ready))

    serve("ceph-mon", "-i a", mon_port, "--mon-data", folder / "mon")
    ask = (program["ceph"], "-c", conf, "-k", keys, "--connect-timeout", "120")
    store = str(uuid.uuid4())
    call(*ask, "osd", "new", store, "0")
    call(program["ceph-osd"], "-i", "0", "-c", conf, "-k", keys, "--mkfs", "--osd-uuid", store)
    serve("ceph-osd", "-i 0", 0)
    user = call(
        *(program["radosgw-admin"], "-c", conf, "-k", keys, "-n", "client.rgw"),
        *("user", "create", "--uid", "studio", "--display-name", "Studio"),
    )
    serve("radosgw", "-n client.rgw", gateway_port)
    key = json.loads(user[user.index("{") :])["keys"][0]
    return S3(f"http://127.0.0.1:{gateway_port}", key["access_key"], key["secret_key"])


def _configuration(folder: Path, mon_port: int, gateway_port: int) -> str:
    return f"""[global]
fsid = {uuid.uuid4()}
mon host = [v2:127.0.0.1:{mon_port}/0]
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = {folder}/keyring
run dir = {folder}
admin socket =
pid file =
log file =
log to stderr = true
err to stderr = true
mon cluster log file =
crash dir = {folder}
heartbeat file =
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 0
mon data avail warn = 1
mon osd full ratio = 0.99
[mon]
ms bind msgr1 = false
[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = {STORE_BYTES}
osd memory target = 1073741824
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{gateway_port}
rgw data = {folder}
rgw thread pool size = 16
rgw enable usage log = false
rgw enable gc threads = false
rgw enable lc threads = false
rgw enable quota threads = false
rgw run sync thread = false
rgw dynamic resharding = false
rgw override bucket index max shards = 1
"""


def _make_keys(authtool: Path, keys: Path) -> None:
    """Every name that takes part, in one file; the monitor learns them when it is made."""
    everything = ("--cap", "mon", "allow *", "--cap", "osd", "allow *")
    call(authtool, "--create-keyring", keys, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
    for name in ("client.admin", "client.rgw"):
        call(authtool, keys, "--gen-key", "-n", name, *everything, "--cap", "mgr", "allow *")
    call(authtool, keys, "--gen-key", "-n", "osd.0", "--cap", "mon", "allow profile osd",
         "--cap", "osd", "allow *")  # fmt: skip


def _make_monitor(program: dict[str, Path], folder: Path, port: int) -> None:
    conf, keys, monmap = folder / "ceph.conf", folder / "keyring", folder / "monmap"
    for name in ("mon", "osd"):
        (folder / name).mkdir()
    call(program["monmaptool"], "--create", "--clobber", "--addv", "a",
         f"[v2:127.0.0.1:{port}/0]", "--fsid", _fsid(conf), monmap)  # fmt: skip
    call(program["ceph-mon"], "-i", "a", "-c", conf, "--mkfs", "--monmap", monmap, "-k", keys,
         "--mon-data", folder / "mon")  # fmt: skip


def _fsid(conf: Path) -> str:
    return conf.read_text().split("fsid = ")[1].split()[0]

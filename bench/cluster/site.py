"""The site on its hosts: built, filled, asked over HTTPS, torn down."""

from __future__ import annotations

import datetime
import http.client
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.cluster import services
from bench.cluster.hosts import Host, Keeper
from bench.cluster.network import Network, sweep_folders
from bench.cluster.services import BUCKET, PORTS, SITE, Secrets

FOLDER = "mambo-cluster-"
NAMES = ["nginx", "web1", "web2", "worker1", "worker2", "prep", "postgres", "valkey", "store"]
WEB, WORKERS = ("web1", "web2"), ("worker1", "worker2")
PATIENCE_S = 120.0
GONE = (OSError, http.client.HTTPException)


class Cluster:
    """Nine hosts; the process that makes them stands outside, as readers and the one who checks do.

    Args:
        bundle: name or folder of the model that the workers draw with.
    """

    def __init__(self, bundle: str) -> None:
        sweep_folders(FOLDER)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
        self.folder.chmod(0o755)  # the database's own user must get through
        self.network = Network(NAMES)
        self.hosts = {name: Host(name, self.network, self.folder / name) for name in NAMES}
        self.known, self.bundle = Secrets(), bundle
        self._keeper = Keeper(list(self.hosts.values()))
        self._before = dict(os.environ)
        try:
            self._build()
        except BaseException:
            sys.stderr.write(self.said())
            self.close()
            raise

    @property
    def base(self) -> str:
        """Where the site is asked."""
        return f"https://{self.hosts['nginx'].address}"

    def environment(self, host: Host) -> dict[str, str]:
        """Return the variables of a host."""
        return services.environment(host, self.network.addresses, self.known, self.bundle)

    def _build(self) -> None:
        hosts = self.hosts
        services.run_postgres(hosts["postgres"], self.known.database)
        services.run_valkey(hosts["valkey"])
        services.run_store(hosts["store"])
        for name in ("postgres", "valkey", "store"):
            wait_for(lambda one=name: self.listens(one), name)  # type: ignore[misc]
        self._settle()
        for name in WEB:
            services.run_web(hosts[name], self.environment(hosts[name]))
        for name in WORKERS:
            services.run_worker(hosts[name], self.environment(hosts[name]), "interactive,batch")
        services.run_worker(hosts["prep"], self.environment(hosts["prep"]), "preparation")
        services.run_nginx(hosts["nginx"], [hosts[name].address for name in WEB])
        for name in (*WEB, "nginx"):
            wait_for(lambda one=name: self.listens(one), name)  # type: ignore[misc]
        os.environ["SSL_CERT_FILE"] = str(hosts["nginx"].disk / "fullchain.pem")
        wait_for(lambda: all(self.serves(name) for name in (*WORKERS, "prep")), "the workers")
        self._keeper.start()

    def _settle(self) -> None:
        """Be the administrator's host: the same settings, a disk of its own; make tables, files and bucket."""
        mine = Host("admin", self.network, self.folder / "admin")
        os.environ.update(self.environment(mine))
        import boto3
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        self._database("postgres").execute("CREATE DATABASE mambo")
        call_command("migrate", verbosity=0, skip_checks=True)
        call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
        boto3.client("s3", endpoint_url=os.environ["MAMBO_S3_ENDPOINT"]).create_bucket(Bucket=BUCKET)
        connections.close_all()

    def _database(self, name: str) -> Any:
        import psycopg

        address = self.network.addresses["postgres"]
        return psycopg.connect(
            host=address, user="mambo", password=self.known.database, dbname=name, autocommit=True
        )

    def listens(self, name: str) -> bool:
        """Tell whether a host's service takes connections."""
        kind = name.rstrip("12")
        with socket.socket() as probe:
            probe.settimeout(0.5)
            return probe.connect_ex((self.network.addresses[name], PORTS[kind])) == 0

    def healthy(self, name: str) -> bool:
        """Tell whether a web host answers, and reaches what it stands on."""
        from studies.services.rehearsal.browser import Browser

        browser = Browser(f"http://{self.network.addresses[name]}:{PORTS['web']}", SITE, timeout_s=3.0)
        try:
            return browser.get("/system/health").status == 200
        except GONE:
            return False
        finally:
            browser.close()

    def serves(self, name: str, *, since: float = 0.0) -> bool:
        """Tell whether a worker host was heard of after a moment, a drawing one with its model."""
        from django.db import DatabaseError

        from webapp.generation.models import WorkerHeartbeat

        heard = datetime.datetime.fromtimestamp(since, datetime.UTC)
        said = WorkerHeartbeat.objects.filter(name=f"{name}@{SITE}", last_seen__gt=heard)
        try:
            return bool((said.exclude(device="") if name in WORKERS else said).exists())
        except DatabaseError:
            closed()
            return False

    def said(self) -> str:
        """Return the end of what each host's programs wrote."""
        logs = sorted(self.folder.glob("*.log"))
        return "".join(f"\n{path.stem}: {path.read_text(errors='replace')[-800:]}\n" for path in logs)

    def close(self) -> None:
        """End everything and remove what it left."""
        if self._keeper.is_alive():
            self._keeper.stop()
        for host in self.hosts.values():
            host.on = False
        self.network.close()
        for host in self.hosts.values():
            host.gone()
        os.environ.clear()
        os.environ.update(self._before)
        shutil.rmtree(self.folder, ignore_errors=True)


def closed() -> None:
    """Drop this thread's connection to the database, which may be broken."""
    from django.db import connections

    connections.close_all()


def wait_for(reached: Callable[[], bool], what: str, *, seconds: float = PATIENCE_S) -> float:
    """Wait until something is reached; return the seconds.

    Raises:
        RuntimeError: it was not in time.
    """
    began = time.monotonic()
    while not reached():
        if time.monotonic() - began > seconds:
            raise RuntimeError(f"{what}: waited {seconds:.0f} s in vain")
        time.sleep(0.05)
    return time.monotonic() - began

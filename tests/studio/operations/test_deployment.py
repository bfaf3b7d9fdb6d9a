"""What an operator starts from: docker-compose.yml, Dockerfile, .env.example and the locks."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from studio import env
from studio.operations.doctor import half_set
from studio.operations.processes import PROGRAMS
from tests.services.programs import free_port

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = ROOT / "docker-compose.yml"
OURS = ("web", "worker", "fetcher", "beat", "setup", "sandbox")
#: Read by something other than the settings: the supervisor's port, and docker compose.
READ_ELSEWHERE = {"PORT", "POSTGRES_PASSWORD"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of docker-compose.yml, anchors and merges resolved."""
    services: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return services


def names_in_example() -> set[str]:
    """Every variable that .env.example explains."""
    return set(
        re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )


def test_docker_compose_accepts_the_file() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*command, COMPOSE], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_worker_has_the_time_to_stop_that_the_doctor_reckons_with(
    services: dict[str, Any],
) -> None:
    assert services["worker"]["stop_grace_period"] == f"{half_set.STOP_GRACE_SECONDS}s"


def test_the_schema_would_find_a_misspelt_word(tmp_path: Path) -> None:
    misspelt = tmp_path / "docker-compose.yml"
    misspelt.write_text(COMPOSE.read_text().replace("healthcheck:", "healtcheck:", 1))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    assert subprocess.run([*command, misspelt], capture_output=True, check=False).returncode == 1


def test_every_service_has_a_health_check_a_restart_rule_and_a_user_other_than_root(
    services: dict[str, Any],
) -> None:
    for name, service in services.items():
        assert service["user"] not in {"", "root", "0", "0:0"}, name
        assert service["restart"] == ("on-failure" if name == "setup" else "unless-stopped"), name
        assert service["healthcheck"].get("disable", False) == (name == "setup"), name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_every_process_of_the_studio_has_a_service_of_the_same_name(
    services: dict[str, Any],
) -> None:
    assert PROGRAMS.keys() <= services.keys()


def test_nothing_starts_before_the_tables_and_the_bucket_are_there(
    services: dict[str, Any],
) -> None:
    assert "migrate" in services["setup"]["command"][-1]
    assert "setup_storage" in services["setup"]["command"][-1]
    for name in ("web", "worker", "beat"):
        after = services[name]["depends_on"]
        assert after["setup"]["condition"] == "service_completed_successfully"
        assert after["redis"]["condition"] == "service_healthy"


def test_every_image_is_pinned_to_a_version(services: dict[str, Any]) -> None:
    foreign = [service["image"] for name, service in services.items() if name not in OURS]
    foreign += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert foreign
    for image in foreign:
        assert re.search(r":v?\d+\.\d+", image), image


def test_what_must_survive_lies_on_named_volumes(services: dict[str, Any]) -> None:
    declared = yaml.safe_load(COMPOSE.read_text())["volumes"].keys()
    for name in (*OURS, "database", "redis", "storage"):
        volumes = [volume.split(":")[0] for volume in services[name]["volumes"]]
        assert volumes
        assert set(volumes) <= declared


def test_only_this_machine_reaches_the_published_ports(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_variable_of_the_compose_file_is_in_the_example(services: dict[str, Any]) -> None:
    used = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", COMPOSE.read_text()))
    assert used
    assert used <= names_in_example()
    for name in OURS:
        assert services[name]["environment"].keys() <= names_in_example(), name


def test_the_example_explains_exactly_the_variables_that_are_read(settings: Any) -> None:
    assert settings.DATA_DIR, "the settings have been read"
    assert names_in_example() == env.process.names_read | READ_ELSEWHERE


def test_every_variable_in_the_example_has_a_sentence_above_it() -> None:
    for part in (ROOT / ".env.example").read_text().split("\n\n"):
        if re.search(r"^(?:# )?[A-Z][A-Z0-9_]+=", part, re.MULTILINE):
            assert re.search(r"^# .*[a-z] [a-z]", part, re.MULTILINE), part


def test_the_image_runs_as_a_user_without_rights() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER 10001:10001"]


def test_the_locks_name_hashes_and_no_address() -> None:
    for lock in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / lock).read_text()
        pins = re.findall(r"^[a-z0-9][\w.\[\]-]*==", text, re.MULTILINE)
        assert len(pins) > 40
        assert "://" not in text
        assert text.count(" \\\n    --hash=sha256:") >= len(pins)


def test_what_the_studio_needs_has_the_same_version_in_both_locks() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9][\w.\[\]-]*)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))
        for lock in ("requirements.txt", "requirements-dev.txt")
    ]
    assert pins[0].items() <= pins[1].items()


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"GATEWAY_URL": "https://api.example.com"}, "GATEWAY_URL is set but GATEWAY_KEY is not"),
        ({"GATEWAY_TOKEN": "k"}, "GATEWAY_TOKEN is set, but no setting has that name."),
        ({"S3_BUCKET": "clips"}, "S3_BUCKET is set but S3_ACCESS_KEY and S3_SECRET_KEY are not"),
        ({"DATABASE_URL": "postgres://db/studio"}, "DATABASE_URL is set but SECRET_KEY is not"),
    ],
)
def test_half_a_configuration_refuses_to_start_and_says_why(
    variables: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    started = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.defpath, "DATA_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode != 0
    assert sentence in started.stderr.splitlines()[-1]


def test_the_web_process_too_says_why_it_does_not_start(tmp_path: Path) -> None:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(free_port())]
    started = subprocess.run(
        [*web, "--host", "127.0.0.1", "studio.wsgi:application"],
        cwd=ROOT,
        env={"PATH": os.defpath, "DATA_DIR": str(tmp_path), "GATEWAY_KEY": "sk-x"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert started.returncode != 0
    assert "GATEWAY_KEY is set but GATEWAY_URL is not" in started.stderr

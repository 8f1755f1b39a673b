import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from flows.command_line import main
from flows.settings import Settings
from flows.upkeep_commands import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
UNITS = sorted((DEPLOY / "systemd").iterdir())
GUIDES = [ROOT / "docs" / "deploy.md", ROOT / "docs" / "operations.md"]
SETTINGS = {f"STORYDELTA_{name.upper()}" for name in Settings.model_fields} | {"STORYDELTA_ROOT"}
KNOWN_COMMANDS = {*main.commands, *(command.name for command in COMMANDS)}


@pytest.mark.parametrize("file", [*FILES, *GUIDES], ids=lambda file: file.name)
def test_each_file_speaks_of_settings_and_commands_that_there_are(file):
    text = file.read_text()
    assert set(re.findall(r"STORYDELTA_[A-Z_]+\b", text)) <= SETTINGS
    said = re.findall(r"(?:`|\n    |/bin/|&& )storydelta ([a-z][a-z-]+)", text)
    assert {command for command in said if command not in KNOWN_COMMANDS} == set()


@pytest.mark.parametrize(
    "file", [f for f in FILES if f.suffix in (".yaml", ".json")], ids=lambda file: file.name
)
def test_each_file_can_be_read(file):
    if file.suffix == ".json":
        assert json.loads(file.read_text())
    else:
        assert all(yaml.safe_load_all(file.read_text()))


def test_every_service_of_the_compose_file_has_an_image_and_what_it_waits_for():
    plan = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = plan["services"]
    for service in services.values():
        assert service["image"]
        assert set(service.get("depends_on", {})) <= set(services)
        for condition in service.get("depends_on", {}).items():
            if condition[1]["condition"] == "service_healthy":
                assert services[condition[0]]["healthcheck"]
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in plan["volumes"] or source == "../stories" or (DEPLOY / source).is_file()
    assert services["worker"]["deploy"]["replicas"] == 2
    assert (DEPLOY.parent / services["worker"]["build"]["dockerfile"]).is_file()


def test_no_port_is_open_to_other_machines_and_no_password_is_written_down():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert all(port.startswith("127.0.0.1:") for s in services.values() for port in s.get("ports", []))
    for file in FILES:
        assert not re.search(r"(?i)password\w*[:=] *['\"]?[a-z0-9]{3,}", file.read_text()), file


def test_the_image_gets_every_package_and_nothing_that_is_not_there():
    recipe = (DEPLOY / "Containerfile").read_text()
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", recipe, re.MULTILINE)
        for name in line.split()
    }
    assert {name for name in copied if not (ROOT / name).exists()} == set()
    assert {"storydelta", "storage", "flows", "templates", "seeds", "deploy"} <= copied
    let_in = {
        line[1:] for line in (DEPLOY / "Containerfile.dockerignore").read_text().split() if line[0] == "!"
    }
    assert copied <= let_in


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_each_unit(unit, tmp_path):
    for each in UNITS:
        text = re.sub(r"/srv/storydelta/\.venv/bin/\w+", "/bin/true", each.read_text())
        (tmp_path / each.name).write_text(text)
    name = unit.name.replace("@", "@1")
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)],
        capture_output=True, text=True, check=False, timeout=60, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    ours = [line for line in said.stderr.splitlines() if "storydelta" in line]
    assert ours == []


def test_the_jobs_of_the_cluster_use_what_is_declared_and_only_variables_that_there_are():
    pool = json.loads((DEPLOY / "kubernetes" / "work-pool.json").read_text())
    used = set(re.findall(r"{{ (\w+) }}", json.dumps(pool["job_configuration"])))
    assert used == set(pool["variables"]["properties"])
    spec = pool["job_configuration"]["job_manifest"]["spec"]["template"]["spec"]
    made = {
        (thing["kind"], thing["metadata"]["name"])
        for thing in yaml.safe_load_all((DEPLOY / "kubernetes" / "storydelta.yaml").read_text())
    }
    claims = {
        v["persistentVolumeClaim"]["claimName"] for v in spec["volumes"] if "persistentVolumeClaim" in v
    }
    assert {("PersistentVolumeClaim", name) for name in claims} <= made
    assert {m["name"] for c in spec["containers"] for m in c["volumeMounts"]} == {
        v["name"] for v in spec["volumes"]
    }

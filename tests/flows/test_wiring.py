import subprocess
import sys

HEAVY = {"alembic", "apprise", "httpx", "prefect", "sqlalchemy"}


def test_the_claim_engine_is_built_without_a_store_channels_and_the_web():
    said = subprocess.run(
        [sys.executable, "-c", "import flows.wiring, sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert not HEAVY & set(said.stdout.split())

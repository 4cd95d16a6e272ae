"""What `make run` sets: it costs nobody anything."""

from __future__ import annotations

from pathlib import Path

from local.stack.serving import parameters_of


def test_saved_addresses_are_looked_up_at_the_sandbox_and_not_at_google(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    assert parameters_of(None) == {"GeocodeAddresses": "true"}
    env_file.write_text("STRIPE_API_KEY=sk_test_1\nSTRIPE_PUBLISHABLE_KEY=pk_test_1\n", encoding="utf-8")
    assert parameters_of(env_file) == {"GeocodeAddresses": "true"}
    env_file.write_text("GOOGLE_MAPS_API_KEY=AIza-mine\n", encoding="utf-8")
    assert parameters_of(env_file) == {}

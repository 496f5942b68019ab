"""Delete."""

from collections.abc import Sequence


def delete_button(run_ids: Sequence[str]) -> None:
    """x"""

"""No projection head."""

from __future__ import annotations

from trainers.heads.registry import HEADS, HeadConfig, HeadSpec


class NoHeadConfig(HeadConfig):
    """No settings."""


HEADS.register(
    HeadSpec(
        name="none",
        title="None",
        summary="Every loss reads the embedding that the map shows.",
        config=NoHeadConfig,
        build=lambda config, embedding_dim: None,
    )
)

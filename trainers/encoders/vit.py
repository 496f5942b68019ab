"""A small vision transformer (Dosovitskiy et al., ICLR 2021): torchvision's, with sizes for small images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from trainers.encoders.backbone import SMALL_PICTURE, SMALLEST_SIDE, accepts_pictures
from trainers.encoders.registry import ENCODERS, EncoderConfig, EncoderSpec, Shape

if TYPE_CHECKING:
    from torch import nn


class ViTConfig(EncoderConfig):
    """Settings of the small transformer."""

    patch_size: int = Field(4, ge=2, le=32, description="Height and width of the patches that an image is cut into.")
    layers: int = Field(6, ge=1, le=24, description="Transformer blocks.")
    heads: int = Field(3, ge=1, le=16, description="Attention heads in a block; they share the width.")
    width: int = Field(192, ge=16, le=1024, description="Length of the vector that stands for a patch.")
    dropout: float = Field(0.0, ge=0, le=0.9, description="Share of values that are dropped while it trains.")

    @model_validator(mode="after")
    def _heads_share_the_width(self) -> ViTConfig:
        if self.width % self.heads:
            raise ValueError(
                f"width {self.width} cannot be shared by {self.heads} heads; take a multiple of {self.heads}"
            )
        return self


def build_vit(config: ViTConfig, input_shape: Shape) -> nn.Module:
    """Images ``[n, c, h, w]``, scaled to the next square of whole patches, → ``[n, embedding_dim]``."""
    from torch import nn
    from torchvision.models import VisionTransformer
    from torchvision.transforms import v2

    side = -(-max(input_shape[1:]) // config.patch_size) * config.patch_size
    scale: list[nn.Module] = [] if input_shape[1:] == (side, side) else [v2.Resize([side, side], antialias=True)]
    network = VisionTransformer(
        image_size=side,
        patch_size=config.patch_size,
        num_layers=config.layers,
        num_heads=config.heads,
        hidden_dim=config.width,
        mlp_dim=4 * config.width,
        dropout=config.dropout,
    )
    # torchvision begins with a classifier of zeros, which would put every embedding at the origin.
    network.heads = nn.Linear(config.width, config.embedding_dim)
    return nn.Sequential(v2.RGB(), *scale, v2.Normalize((0.5,) * 3, (0.5,) * 3), network)


def _rough_microseconds(config: ViTConfig, shape: Shape) -> float:
    patches = shape[1] * shape[2] / config.patch_size**2
    weights = 12 * config.layers * config.width**2
    return 15_000.0 * (patches / (SMALL_PICTURE / 16)) * weights / (12 * 6 * 192**2)


ENCODERS.register(
    EncoderSpec(
        name="vit",
        title="Small vision transformer (ViT)",
        summary="Attention between patches of the image: needs many samples and epochs to beat convolutions.",
        config=ViTConfig,
        build=build_vit,
        accepts=accepts_pictures,
        expects=f"images [1 or 3, height, width] of at least {SMALLEST_SIDE}×{SMALLEST_SIDE} pixels",
        rough_microseconds=_rough_microseconds,
    )
)

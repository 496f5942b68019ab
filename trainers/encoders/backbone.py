"""What the well-known image networks share: gray or color pictures in, published weights on request, frozen or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from trainers.encoders.registry import ENCODERS, EncoderConfig, EncoderSpec, Shape
from trainers.errors import DataError

if TYPE_CHECKING:
    from torch import Tensor, nn

    from trainers.data.fetching.package import Package

SMALLEST_SIDE = 8
SMALL_PICTURE = 32 * 32
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class BackboneConfig(EncoderConfig):
    """Settings of a well-known image network."""

    embedding_dim: int = Field(
        128,
        ge=2,
        le=2048,
        description="Length of the embedding that the losses and maps see; a linear layer makes it of the features.",
    )
    pretrained: bool = Field(False, description="Begin with the published weights; they are downloaded once.")
    weights_file: str = Field(
        "", max_length=1000, description="Begin with the weights in this file, .safetensors or .pth; empty: none."
    )
    frozen: bool = Field(
        False, description="Keep these weights: features are computed once and kept on disk, what comes after learns."
    )
    hidden: tuple[int, ...] = Field(
        (),
        max_length=4,
        description="Widths of layers between features and embedding; empty: one linear layer.",
    )
    resize: int | None = Field(
        None, ge=8, le=512, description="Height and width that pictures are scaled to first; empty: as they are."
    )

    @model_validator(mode="after")
    def _weights_are_clear(self) -> BackboneConfig:
        if self.pretrained and self.weights_file:
            raise ValueError("pretrained and weights_file are two choices of first weights; set one of them")
        if self.frozen and not self.has_weights:
            raise ValueError("frozen needs weights: set pretrained or weights_file, or let the network learn")
        return self

    @property
    def has_weights(self) -> bool:
        """Whether it begins with published weights."""
        return self.pretrained or bool(self.weights_file)


@dataclass(frozen=True)
class Backbone:
    """One image network that others have published.

    Attributes:
        name: what users type.
        title: what forms show.
        summary: one sentence on what it is good for.
        config: class of its settings.
        make: the module ``[n, 3, h, w] → features [n, features]``, with random weights.
        features: how many features it makes.
        published: the published weights; raises OSError when they cannot be had.
        microseconds: training time of one picture of 32×32 pixels on a laptop's processor.
        mean: what is subtracted from each color, of values in [0, 1], before the network.
        std: what each color is divided by.
        package: the package that ships the weights, if one does.
    """

    name: str
    title: str
    summary: str
    config: type[BackboneConfig]
    make: Callable[[Any, Shape], nn.Module]
    features: int
    published: Callable[[Any], Mapping[str, Tensor]]
    microseconds: float
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    package: Package | None = None

    def register(self) -> None:
        """Make it known under its name."""
        ENCODERS.register(
            EncoderSpec(
                name=self.name,
                title=self.title,
                summary=self.summary,
                config=self.config,
                build=self._build,
                accepts=accepts_pictures,
                expects=f"images [1 or 3, height, width] of at least {SMALLEST_SIDE}×{SMALLEST_SIDE} pixels",
                rough_microseconds=self._rough_microseconds,
                load_weights=self._load,
                frozen_part=self._frozen_part,
                package=self.package,
            )
        )

    def _build(self, config: BackboneConfig, input_shape: Shape) -> nn.Module:
        """Pictures ``[n, c, h, w]``, or the features of frozen weights ``[n, features]``, → ``[n, embedding_dim]``."""
        from torch import nn

        neck = self._neck(config)
        return neck if len(input_shape) == 1 else nn.Sequential(self._body(config, input_shape), neck)

    def _body(self, config: BackboneConfig, input_shape: Shape) -> nn.Sequential:
        from torch import nn

        prepare = _prepared(config.resize, self.mean, self.std)
        side = config.resize or min(input_shape[1:])
        return nn.Sequential(prepare, self.make(config, (3, side, side)))

    def _neck(self, config: BackboneConfig) -> nn.Sequential:
        from torch import nn

        layers: list[nn.Module] = []
        width = self.features
        for following in config.hidden:
            layers += [nn.Linear(width, following), nn.ReLU()]
            width = following
        if config.frozen or config.hidden or width != config.embedding_dim:
            layers.append(nn.Linear(width, config.embedding_dim))
        return nn.Sequential(*layers)

    def _frozen_part(self, config: BackboneConfig, input_shape: Shape) -> nn.Module | None:
        if not config.frozen or len(input_shape) == 1:
            return None
        body = self._body(config, input_shape)
        self._fill(config, body[1])
        return body.eval().requires_grad_(False)

    def _load(self, config: BackboneConfig, module: nn.Module) -> None:
        if config.has_weights and not config.frozen:
            self._fill(config, module[0][1])  # type: ignore[index]

    def _fill(self, config: BackboneConfig, module: nn.Module) -> None:
        weights = _read(Path(config.weights_file)) if config.weights_file else self._downloaded(config)
        wanted = module.state_dict()
        fitting = {name: value for name, value in weights.items() if name in wanted}
        missing = sorted(set(wanted) - set(fitting))
        other = [name for name, value in fitting.items() if value.shape != wanted[name].shape]
        if missing or other:
            raise DataError(
                f"the weights in {config.weights_file or 'the download'} are not those of {self.name}: "
                f"{f'it lacks {missing[0]}' if missing else f'{other[0]} has another shape'}"
            )
        module.load_state_dict(fitting)

    def _downloaded(self, config: BackboneConfig) -> Mapping[str, Tensor]:
        try:
            return self.published(config)
        except (OSError, RuntimeError) as error:
            raise DataError(
                f"the published weights of {self.name} could not be downloaded ({error}); name a weights_file, "
                "or train without pretrained"
            ) from error

    def _rough_microseconds(self, config: BackboneConfig, shape: Shape) -> float:
        if config.frozen:
            return 20.0
        pixels = config.resize**2 if config.resize else shape[1] * shape[2]
        return self.microseconds * max(0.25, pixels / SMALL_PICTURE)


def accepts_pictures(shape: Shape) -> bool:
    """Whether inputs of this shape are pictures that the well-known networks can read."""
    return len(shape) == 3 and shape[0] in (1, 3) and min(shape[1:]) >= SMALLEST_SIDE


def published_by_torchvision(name: str) -> Callable[[Any], Mapping[str, Tensor]]:
    """How to get the weights that torchvision publishes under ``name``: downloaded once, into torch's own cache."""

    def download(config: BackboneConfig) -> Mapping[str, Tensor]:
        from torchvision.models import get_weight

        weights: Mapping[str, Tensor] = get_weight(name).get_state_dict(progress=False, check_hash=True)
        return weights

    return download


def _prepared(resize: int | None, mean: tuple[float, ...], std: tuple[float, ...]) -> nn.Module:
    from torch import nn
    from torchvision.transforms import v2

    size: list[nn.Module] = [] if resize is None else [v2.Resize([resize, resize], antialias=True)]
    return nn.Sequential(v2.RGB(), *size, v2.Normalize(mean, std))


def _read(path: Path) -> Mapping[str, Tensor]:
    import torch
    from safetensors.torch import load_file

    try:
        if path.suffix == ".safetensors":
            return load_file(path.expanduser())
        found = torch.load(path.expanduser(), map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise DataError(f"there is no weights_file {path}") from error
    except Exception as error:  # each reader has exceptions of its own for damaged files
        raise DataError(f"{path.name} cannot be read as weights: {type(error).__name__}; save a state_dict") from error
    if not isinstance(found, Mapping):
        raise DataError(f"{path.name} holds no weights by name; save the state_dict of the network")
    return found

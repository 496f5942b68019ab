"""Larger photographs: the paper's cars, objects, aircraft and flowers, and pets and dishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trainers.data.torchvision_sets import PhotographsConfig, TorchvisionSet, UnsplitPhotographsConfig

_Parts = tuple[Sequence[Mapping[str, str]], Mapping[str, str]]
_WHOLE: _Parts = (({},), {})  # the loader knows no splits
_TRAINVAL: _Parts = (({"split": "trainval"},), {"split": "test"})

TorchvisionSet(
    "stanford_cars",
    "Stanford Cars",
    "Photographs of 196 makes and models of cars; the files must be put in place by hand.",
    "StanfordCars",
    PhotographsConfig,
    None,
    train=8_144,
    test=8_041,
    classes=196,
    files=(
        "stanford_cars/ with devkit/ (cars_meta.mat, cars_train_annos.mat), cars_train/, cars_test/ and "
        "cars_test_annos_withlabels.mat"
    ),
    licence="non-commercial research only; cite Krause et al. 2013",
    downloads=False,
).register()
TorchvisionSet(
    "caltech101",
    "Caltech-101",
    "Photographs of objects in 101 classes of very different size; downloaded once, which needs the package gdown.",
    "Caltech101",
    UnsplitPhotographsConfig,
    None,
    train=8_677,
    test=0,
    classes=101,
    files="caltech101/101_ObjectCategories/ with one folder a class, BACKGROUND_Google among them",
    licence="CC BY 4.0",
    parts=_WHOLE,
    checksum="MD5 3138e1922a9193bfa496528edbbc45d0",
).register()
TorchvisionSet(
    "caltech256",
    "Caltech-256",
    "Photographs of objects in 256 classes, clutter left out; downloaded once, which needs the package gdown.",
    "Caltech256",
    UnsplitPhotographsConfig,
    None,
    train=29_780,
    test=0,
    classes=256,
    files="caltech256/256_ObjectCategories/ with one folder a class, such as 001.ak47",
    licence="CC BY 4.0",
    parts=_WHOLE,
    left_out=("257.clutter",),
    checksum="MD5 67b4f42ca05d46448c6bb8ecd2220f6d",
).register()
TorchvisionSet(
    "fgvc_aircraft",
    "FGVC-Aircraft",
    "Photographs of 100 variants of aircraft that are hard to tell apart; downloaded once.",
    "FGVCAircraft",
    PhotographsConfig,
    None,
    train=6_667,
    test=3_333,
    classes=100,
    files="fgvc-aircraft-2013b/, unpacked from fgvc-aircraft-2013b.tar.gz",
    licence="non-commercial research only; cite Maji et al. 2013",
    parts=_TRAINVAL,
).register()
TorchvisionSet(
    "flowers102",
    "Oxford Flowers-102",
    "Photographs of 102 kinds of flowers, 20 of each to train and validate on; downloaded once.",
    "Flowers102",
    PhotographsConfig,
    None,
    train=2_040,
    test=6_149,
    classes=102,
    files="flowers-102/ with jpg/ (unpacked from 102flowers.tgz), imagelabels.mat and setid.mat",
    licence="no explicit licence; cite Nilsback and Zisserman 2008",
    parts=(({"split": "train"}, {"split": "val"}), {"split": "test"}),
    checksum="MD5 52808999861908f626f3c1f4e79d11fa",
).register()
TorchvisionSet(
    "oxford_pets",
    "Oxford-IIIT Pet",
    "Photographs of 37 breeds of cats and dogs; downloaded once.",
    "OxfordIIITPet",
    PhotographsConfig,
    None,
    train=3_680,
    test=3_669,
    classes=37,
    files="oxford-iiit-pet/ with images/ and annotations/, unpacked from images.tar.gz and annotations.tar.gz",
    licence="CC BY-SA 4.0",
    parts=_TRAINVAL,
    checksum="MD5 5c4f3ee8e5d25df40f4fd59a7f44e54c",
).register()
TorchvisionSet(
    "food101",
    "Food-101",
    "Photographs of 101 dishes, a thousand of each; 5 GB, downloaded once.",
    "Food101",
    PhotographsConfig,
    None,
    train=75_750,
    test=25_250,
    classes=101,
    files="food-101/ with meta/ and images/, unpacked from food-101.tar.gz",
    licence="no explicit licence; cite Bossard et al. 2014; photographs from Foodspotting",
    checksum="MD5 85eeb15f3717b99a5da872d97d918f87",
).register()

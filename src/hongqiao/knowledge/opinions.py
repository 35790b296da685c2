"""The model and the words by which opinions are read, as they ship (opinion/)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from hongqiao.knowledge import read
from hongqiao.methods.opinion import Calibration, Denials, Judge, Kinds, Model, denials_of, kinds_of, unpacked
from hongqiao.methods.opinion import leanings as leaning


@cache
def simplified() -> Mapping[int, int]:
    """Return what each traditional character is read as."""
    held = read("opinion/simplified")
    return str.maketrans(held["traditional"], held["simplified"])


@cache
def model() -> Model:
    """Return the model that ships."""
    return unpacked(files(__package__).joinpath("opinion/weights.npz").read_bytes(), simplified())


@cache
def kinds() -> Kinds:
    """Return the words by which kinds of complaint are told."""
    return kinds_of(read("opinion/kinds"))


@cache
def denials() -> Denials:
    """Return the words by which a complaint is denied."""
    return denials_of(read("opinion/denials"))


@cache
def leanings() -> leaning.Leanings:
    """Return the model that tells of what feedback speaks where no word of the rules does."""
    return leaning.unpacked(files(__package__).joinpath("audience/leanings.npz").read_bytes())


@cache
def judge() -> Judge:
    """Return the reader that ships, calibrated for no brand in particular."""
    held = read("opinion/model")
    return Judge(model(), Calibration(held["slope"], held["shift"]), kinds(), held["threshold"], denials())

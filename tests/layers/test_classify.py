"""Classes are what a person would read from the legend."""

import random

import pytest

from layers.classify import class_of, count_classes, quantile_classes


def test_few_different_counts_are_classes_of_their_own():
    assert count_classes([1, 1, 2, 2, 2, 7, 0]) == [1, 2, 7]


def test_zero_is_no_class_and_nothing_gives_none():
    assert count_classes([0, 0]) == []
    assert count_classes([]) == []
    assert quantile_classes([0.0]) == []


def test_many_counts_make_classes_that_read_easily():
    counts = [*range(1, 10), *range(10, 60, 3)]
    assert all(bound < 10 or bound % 5 == 0 for bound in count_classes(counts)[1:])


@pytest.mark.parametrize("seed", range(20))
def test_no_class_is_empty_and_every_count_has_one(seed):
    chance = random.Random(seed)
    counts = [int(chance.paretovariate(0.8)) for _ in range(chance.randint(1, 80))]
    bounds = count_classes(counts)
    members = [class_of(count, bounds) for count in counts]
    assert bounds == sorted(set(bounds))
    assert set(members) == set(range(len(bounds)))


@pytest.mark.parametrize("seed", range(20))
def test_densities_fall_into_classes_too(seed):
    chance = random.Random(seed)
    values = [chance.lognormvariate(0, 2) for _ in range(chance.randint(1, 60))]
    bounds = quantile_classes(values)
    assert {class_of(value, bounds) for value in values} == set(range(len(bounds)))

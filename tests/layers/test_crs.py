"""Which metres a place is measured in."""

from __future__ import annotations

import pytest
from pyproj import CRS

from layers import crs


@pytest.mark.parametrize(
    ("place", "code", "srid"),
    [
        ((138.32, 34.87), "222127", 6676),
        ((138.32, 34.87), "", 6676),
        ((139.40, 35.67), "132128", 6677),
        ((133.33, 35.43), "312029", 6673),
        ((136.22, 36.06), "182010", 6674),
        ((141.35, 43.06), "011002", 6680),
        ((140.73, 41.77), "012025", 6679),
        ((127.68, 26.21), "472018", 6683),
        ((124.16, 24.34), "472077", 6684),
        ((129.49, 28.38), "462225", 6669),
        ((142.19, 27.09), "134210", 6682),
        ((135.19, 34.69), "281000", 6673),
        ((134.05, 34.34), "372013", 6672),
        ((129.29, 34.20), "422096", 6669),
    ],
)
def test_a_japanese_city_is_measured_in_the_zone_of_its_prefecture(
    place: tuple[float, float], code: str, srid: int
) -> None:
    assert crs.metric_srid(*place, code) == srid


@pytest.mark.parametrize(
    ("place", "srid"),
    [
        ((-77.03, 38.90), 32618),
        ((126.98, 37.56), 32652),
        ((121.5, 25.03), 32651),
        ((151.2, -33.87), 32756),
        ((180.0, 0.0), 32660),
        ((-180.0, 0.0), 32601),
    ],
)
def test_places_abroad_are_measured_in_utm(place: tuple[float, float], srid: int) -> None:
    assert crs.metric_srid(*place) == srid


@pytest.mark.parametrize("zone", range(1, 20))
def test_the_table_of_origins_is_that_of_the_registry(zone: int) -> None:
    for first in (crs.JGD2011_FIRST, crs.JGD2000_FIRST):
        projection = CRS(first + zone - 1).coordinate_operation
        assert projection is not None
        values = {one.name: one.value for one in projection.params}
        assert values["Longitude of natural origin"] == pytest.approx(crs.ZONE_ORIGINS[zone - 1][0])
        assert values["Latitude of natural origin"] == crs.ZONE_ORIGINS[zone - 1][1]


def test_every_prefecture_has_a_zone() -> None:
    assert sorted(crs.PREFECTURE_ZONES) == list(range(1, 48))


def test_only_the_zone_that_leads_to_the_city_is_proposed() -> None:
    plane = (-20_000.0, -130_000.0, -15_000.0, -120_000.0)
    assert crs.plane_proposals(plane, (138.23, 34.74, 138.37, 34.93)) == [6676]
    assert crs.plane_proposals(plane, (-77.1, 38.8, -76.9, 39.0)) == []


@pytest.mark.parametrize("code", [4301, 30161, 30169, 30179])
def test_the_old_datum_is_known(code: int) -> None:
    assert crs.is_tokyo_datum(CRS(code))


@pytest.mark.parametrize("code", [4326, 6668, 4612, 2450, 6676])
def test_todays_datums_are_not_taken_for_it(code: int) -> None:
    assert not crs.is_tokyo_datum(CRS(code))

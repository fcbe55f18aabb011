"""import_opinions: real rows from Fukui (CP932) and Washington (UTF-8), maps, CRS, refusals."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from mapping.opinions.models import Opinion
from mapping.opinions.writing import withdraw
from mapping.projects.models import Project
from tests.factories import PhaseFactory, ProjectFactory, make_layer, make_project
from tests.places import STATION, MultiPolygon, area, box, line, pin

DATA = Path(__file__).parents[2] / "data"
FUKUI = DATA / "fukui" / "fukui_opinions_120_sjis.csv"
DC = DATA / "dc" / "vision_zero_comments_sample.csv"
LON, LAT = STATION
pytestmark = pytest.mark.django_db


def run(path: Path, project: Project, **options: Any) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("import_opinions", str(path), project=project.slug, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def fukui() -> Project:
    """Fukui prefecture, at grid 0."""
    return ProjectFactory(
        slug="fukui", area=MultiPolygon(box(135.4, 35.3, 136.9, 36.4)), metric_srid=6674, grid_m=0
    )


@pytest.fixture
def washington() -> Project:
    """Washington, DC, at grid 0, with two halves as districts."""
    project = ProjectFactory(
        slug="dc", language="en", grid_m=0, metric_srid=26918,
        area=MultiPolygon(box(-77.12, 38.79, -76.9, 39.0)),
    )  # fmt: skip
    make_layer(
        project,
        "Ward",
        {"West": box(-77.2, 38.7, -77.0, 39.1), "East": box(-77.0, 38.7, -76.8, 39.1)},
    )
    return project


class TestRealFiles:
    """As publishers ship them."""

    def test_fukui_in_shift_jis_as_excel_saves_it(self, fukui: Project) -> None:
        printed = run(FUKUI, fukui, map=["category=設問"], create_categories=True)
        assert printed.startswith(
            "120 行：120 件を取り込み、0 件は取り込みずみ、0 件は取り込めません。"
        )
        voice = Opinion.objects.get(text="美味しいもの食べれて、安く野菜を買えて満足でした")
        assert voice.geometry.coords == (136.188185, 36.148626)
        assert localtime(voice.created_at).isoformat() == "2022-04-29T15:11:13+09:00"
        assert voice.category and voice.category.slug == "satisfaction_reason"
        assert (voice.source, voice.state, voice.language) == ("import", "published", "ja")

    def test_washington_keeps_rows_that_have_only_a_category(self, washington: Project) -> None:
        printed = run(
            DC,
            washington,
            map=["text=COMMENTS", "category=REQUESTTYPE", "date=REQUESTDATE", "id=REQUESTID"],
            create_categories=True,
        )
        assert printed.startswith("132 行：132 件を取り込み")
        assert Opinion.objects.filter(text="").count() == 20
        assert Opinion.objects.filter(text="", category=None).count() == 0
        first = Opinion.objects.get(text__startswith="Intersection dangerous for Peds")
        assert first.created_at == datetime(2015, 6, 29, 20, 33, 51, tzinfo=UTC)
        assert str(first.category) == "Failure to stop for pedestrians"
        assert Opinion.objects.filter(text__contains="\n").exists()

    def test_each_voice_is_placed_and_logged(self, washington: Project) -> None:
        run(DC, washington, map=["text=COMMENTS"])
        voice = Opinion.objects.filter(geometry__isnull=False).first()
        assert voice is not None
        assert voice.placements.get().basis == "both"
        assert voice.state_changes.get().after == "published"
        assert Opinion.objects.exclude(placements__share=1).count() == 0

    def test_running_again_changes_nothing(self, fukui: Project) -> None:
        run(FUKUI, fukui)
        before = set(Opinion.objects.values_list("pk", flat=True))
        assert run(FUKUI, fukui).startswith("120 行：0 件を取り込み、120 件は取り込みずみ")
        assert set(Opinion.objects.values_list("pk", flat=True)) == before

    def test_the_number_of_queries_does_not_grow_with_the_rows(
        self, fukui: Project, tmp_path: Path
    ) -> None:
        from django.db import connection

        def cost(rows: int, start: int) -> int:
            path = tmp_path / f"{rows}.csv"
            lines = [f"{start + n},声{n},136.1{n:03d},36.1" for n in range(rows)]
            path.write_text("\n".join(["id,text,lon,lat", *lines]))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                run(path, fukui)
            return len(queries)

        assert cost(10, 0) == cost(200, 1000)


def write(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "voices.csv") -> Path:
    """A file with this text."""
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


class TestFiles:
    """Encodings, columns, coordinates, dates."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
    def test_encodings_are_told_apart(
        self, encoding: str, project: Project, tmp_path: Path
    ) -> None:
        path = write(tmp_path, f"意見,緯度,経度\n①髙い段差～,{LAT},{LON}\n", encoding)
        run(path, project)
        assert Opinion.objects.get().text == "①髙い段差～"

    def test_a_wrong_encoding_names_the_option(self, project: Project, tmp_path: Path) -> None:
        path = tmp_path / "voices.csv"
        path.write_bytes(b"text,lat,lon\n\xff\xfe\x81,1,2\n")
        with pytest.raises(CommandError, match="--encoding"):
            run(path, project)

    def test_plane_coordinates_with_their_crs(self, project: Project, tmp_path: Path) -> None:
        from tests.places import point

        place = point(LON, LAT).transform(6676, clone=True)
        path = write(tmp_path, f"text,X座標,Y座標\n段差,{place.x:.4f},{place.y:.4f}\n")
        run(path, project, map=["x=X座標", "y=Y座標"], crs="EPSG:6676")
        voice = Opinion.objects.get()
        assert voice.geometry.coords == pytest.approx((LON, LAT), abs=1e-6)

    def test_plane_coordinates_without_a_crs_name_the_option(
        self, project: Project, tmp_path: Path
    ) -> None:
        path = write(tmp_path, "text,x,y\n段差,1,2\n")
        with pytest.raises(CommandError, match="--crs"):
            run(path, project, map=["x=x", "y=y"])

    def test_a_missing_column_lists_those_there_are(self, project: Project, tmp_path: Path) -> None:
        path = write(tmp_path, f"naiyou,lat,lon\n段差,{LAT},{LON}\n")
        with pytest.raises(CommandError, match="naiyou, lat, lon"):
            run(path, project, map=["text=内容"])

    @pytest.mark.parametrize("pair", ["nothing=lat", "text"])
    def test_a_map_that_is_none(self, pair: str, project: Project, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="--map"):
            run(write(tmp_path, "a,lat,lon\n1,2,3\n"), project, map=[pair])

    def test_a_project_that_is_not_there(self, tmp_path: Path, db: None) -> None:
        with pytest.raises(CommandError, match="nowhere"):
            call_command("import_opinions", "x.csv", project="nowhere")

    def test_a_file_that_is_not_there(self, project: Project, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="gone.csv"):
            run(tmp_path / "gone.csv", project)

    def test_dates_decide_the_phase(self, project: Project, tmp_path: Path) -> None:
        running = project.current_phase
        long_ago = localtime() - timedelta(days=500)
        past = PhaseFactory(
            project=project,
            starts_at=long_ago,
            ends_at=long_ago + timedelta(days=10),
            kind="information",
        )
        inside = (long_ago + timedelta(days=5)).strftime("%Y/%m/%d %H:%M")
        now = localtime().strftime("%Y-%m-%d %H:%M:%S")
        path = write(
            tmp_path,
            f"id,text,date,lat,lon\n1,a,{inside},{LAT},{LON}\n2,b,{now},{LAT},{LON}\n"
            f"3,c,1999年3月4日,{LAT},{LON}\n",
        )
        run(path, project)
        phases = dict(Opinion.objects.values_list("text", "phase"))
        assert phases == {"a": past.pk, "b": running.pk, "c": None}

    def test_categories_by_slug_or_by_name(self, project: Project, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            f"id,text,分類,lat,lon\n1,a,walk,{LAT},{LON}\n2,b,歩きにくい,{LAT},{LON}\n"
            f"3,c,hard to WALK,{LAT},{LON}\n",
        )
        run(path, project)
        assert set(Opinion.objects.values_list("category__slug", flat=True)) == {"walk"}

    def test_answers(self, tmp_path: Path) -> None:
        project = make_project(
            questions=[
                {"name": "age", "type": "choice", "label": {"ja": "年代"}, "choices": ["40代"]},
                {"name": "how", "type": "scale", "label": {"ja": "満足"}, "required": True},
            ]
        )
        path = write(tmp_path, f"text,年代,満足,lat,lon\na,40代,5,{LAT},{LON}\nb,,9,{LAT},{LON}\n")
        printed = run(path, project, map=["answer.age=年代", "answer.how=満足"])
        assert Opinion.objects.get().answers == {"age": "40代", "how": 5}
        assert "3 行目" in printed

    def test_an_unknown_question_is_said_at_once(self, project: Project, tmp_path: Path) -> None:
        path = write(tmp_path, f"text,年代,lat,lon\na,40代,{LAT},{LON}\n")
        with pytest.raises(CommandError, match="age"):
            run(path, project, map=["answer.age=年代"])


class TestRefusals:
    """What can't be taken is listed with its line and the reason; the rest is taken."""

    def test_each_bad_row_is_listed(self, project: Project, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            "id,text,category,date,lat,lon\n"
            f"1,よい,,,{LAT},{LON}\n"
            f'2,"二行の\n声",,,{LAT},{LON}\n'
            f"3,,,,{LAT},{LON}\n"
            "4,場所なし,,,,\n"
            f"5,入れ替え,,,{LON},{LAT}\n"
            f"6,とおい,,,36.1,140.1\n"
            f"7,分類ちがい,空,,{LAT},{LON}\n"
            f"8,日付ちがい,,いつか,{LAT},{LON}\n"
            f"1,二度目,,,{LAT},{LON}\n"
            f"9,多すぎ,,,{LAT},{LON},もう一つ\n",
        )
        printed = run(path, project)
        assert printed.startswith(
            "10 行：2 件を取り込み、0 件は取り込みずみ、8 件は取り込めません。"
        )
        lines = [text.split("：", 1) for text in printed.splitlines()[1:]]
        assert [int(number.strip().split()[0]) for number, __ in lines] == [
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
        ]
        reasons = dict(zip([3, 4, 5, 6, 7, 8, 1, 9], [why for __, why in lines], strict=True))
        assert "分類もありません" in reasons[3]
        assert "座標がない" in reasons[4]
        assert "入れ替わって" in reasons[5]
        assert "離れています" in reasons[6]
        assert "--create-categories" in reasons[7]
        assert "いつか" in reasons[8]
        assert "二度" in reasons[1]
        assert "列が多すぎ" in reasons[9]

    def test_a_second_file_whose_ids_begin_at_1_again_loses_nothing_in_silence(
        self, project: Project, tmp_path: Path
    ) -> None:
        head = "id,text,lon,lat\n"
        first = write(tmp_path, f"{head}1,ベンチがほしい,{LON},{LAT}\n", name="2026.csv")
        run(first, project)
        text = f"{head}1,街灯がほしい,{LON},{LAT}\n2,日かげがほしい,{LON},{LAT}\n"
        second = write(tmp_path, text, name="2027.csv")
        printed = run(second, project)
        assert printed.startswith("2 行：1 件を取り込み、0 件は取り込みずみ、1 件は取り込めません")
        assert "2 行目：この番号は、別の内容で取り込みずみです。" in printed
        assert run(first, project).startswith("1 行：0 件を取り込み、1 件は取り込みずみ")
        printed = run(second, project, id_prefix="2027-")
        assert printed.startswith("2 行：2 件を取り込み")
        assert Opinion.objects.filter(text="街灯がほしい").count() == 1

    def test_what_was_withdrawn_stays_gone_when_the_file_comes_again(
        self, project: Project, tmp_path: Path
    ) -> None:
        path = write(tmp_path, f"id,text,lon,lat\n1,ベンチがほしい,{LON},{LAT}\n")
        run(path, project)
        withdraw(Opinion.objects.get())
        assert run(path, project).startswith("1 行：0 件を取り込み、1 件は取り込みずみ")
        assert Opinion.objects.get().is_gone

    def test_nothing_taken_is_a_failure(self, project: Project, tmp_path: Path) -> None:
        with pytest.raises(CommandError):
            run(write(tmp_path, "text,lat,lon\na,0,0\n"), project)

    @pytest.mark.parametrize("text", ["", "\n\n", "text,lat,lon\n", 'text,lat\n"open'])
    def test_files_that_are_no_csv(self, text: str, project: Project, tmp_path: Path) -> None:
        with pytest.raises(CommandError):
            run(write(tmp_path, text), project)


class TestGeoJSON:
    """Pins, lines and areas from GIS."""

    def collection(self, *geometries: Any, **more: Any) -> str:
        """A FeatureCollection with a text for each geometry."""
        features = [
            {"type": "Feature", "geometry": geometry, "properties": {"text": f"声{n}", "id": n}}
            for n, geometry in enumerate(geometries)
        ]
        return json.dumps({"type": "FeatureCollection", "features": features} | more)

    def test_all_three_kinds(self, project: Project, tmp_path: Path) -> None:
        shapes = (
            pin(LON, LAT),
            line((LON, LAT), (LON + 0.01, LAT)),
            area((LON, LAT), (LON + 0.01, LAT), (LON, LAT + 0.005)),
            {"type": "MultiPoint", "coordinates": [[LON, LAT]]},
        )
        path = write(tmp_path, self.collection(*shapes), name="voices.geojson")
        run(path, project)
        kinds = list(Opinion.objects.order_by("text").values_list("kind", flat=True))
        assert kinds == ["pin", "line", "area", "pin"]

    def test_invalid_ones_are_listed(self, project: Project, tmp_path: Path) -> None:
        knot = area((LON, LAT), (LON + 0.01, LAT + 0.01), (LON + 0.01, LAT), (LON, LAT + 0.01))
        path = write(tmp_path, self.collection(pin(LON, LAT), knot, None), name="v.geojson")
        printed = run(path, project)
        assert printed.startswith(
            "3 行：1 件を取り込み、0 件は取り込みずみ、2 件は取り込めません。"
        )

    def test_another_crs_must_be_said(self, project: Project, tmp_path: Path) -> None:
        from tests.places import point

        place = point(LON, LAT).transform(6676, clone=True)
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6676"}}
        path = write(
            tmp_path, self.collection(pin(place.x, place.y), crs=crs), name="voices.geojson"
        )
        with pytest.raises(CommandError, match="--crs"):
            run(path, project)
        run(path, project, crs="EPSG:6676")
        assert Opinion.objects.get().geometry.coords == pytest.approx((LON, LAT), abs=1e-6)

"""A resident with a phone: from the project's page to "sent", reading, answering, taking back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from mapping.opinions.models import Opinion
from mapping.projects.models import Project
from tests.browser.conftest import PHONE
from tests.browser.touching import Finger
from tests.factories import OpinionFactory
from tests.people import Person
from tests.places import STATION

WORDS = "歩道がせまくて、雨の日は車道に出てしまいます。"
STATION_VIEW = f"#map=16/{STATION[1]}/{STATION[0]}"


@pytest.fixture
def project(project_in_phase: Callable[..., Project]) -> Project:
    """Collects ideas in Yaizu."""
    return project_in_phase("ideas")


@pytest.fixture
def voices(project: Project) -> list[Opinion]:
    """Two voices at one and the same place, and one elsewhere."""
    category = project.categories.first()
    near = [
        OpinionFactory(project=project, category=category, text=f"駅前の声 {n}") for n in (1, 2)
    ]
    far = OpinionFactory(
        project=project,
        category=category,
        text="公園に木かげがほしい",
        place={"type": "Point", "coordinates": [138.3285, 34.8571]},
    )
    return [*near, far]


def open_project(page: Page, project: Project, view: str = STATION_VIEW) -> Finger:
    """Open the page and wait until the "here" line speaks."""
    page.goto(f"{project.get_absolute_url()}{view}")
    expect(page.locator(".here-district")).to_contain_text("自治会")
    return Finger(page)


def say_and_send(page: Page, finger: Finger) -> None:
    """Type, choose what it is about, send."""
    expect(page.locator("#voice-text")).to_be_focused()
    page.keyboard.type(WORDS)
    finger.tap(page.locator(".write-chips .chip").first)
    finger.tap("#send")
    expect(page.locator("#sent-title")).to_have_text("声がのりました")


def report(kind: str, finger: Finger) -> None:
    """Say how many touches it took, for the log of the run."""
    print(f"\n{kind}: {len(finger.taps)} taps: {' → '.join(finger.taps)}")  # noqa: T201


def test_a_pin_takes_four_taps(phone: Page, project: Project) -> None:
    finger = open_project(phone, project)
    finger.tap("[data-add]")
    finger.tap("#confirm-place")
    say_and_send(phone, finger)
    report("pin", finger)
    assert len(finger.taps) <= 4
    voice = Opinion.objects.get()
    assert (voice.kind, voice.text) == ("pin", WORDS)
    assert voice.geometry.distance(voice.geometry.__class__(*STATION, srid=4326)) < 0.0005


def test_an_area_of_four_corners_takes_eight_taps(phone: Page, project: Project) -> None:
    finger = open_project(phone, project)
    finger.tap("[data-add]")
    finger.tap("[data-kind=area]")
    for right, down in ((70, 0), (0, 60), (-70, 0)):
        finger.tap("#add-corner")
        finger.drag_map(right, down)
    expect(phone.locator("#confirm-place")).to_contain_text("ここを最後の角にして終わる")
    finger.tap("#confirm-place")
    say_and_send(phone, finger)
    report("area", finger)
    assert len(finger.taps) <= 8
    ring = Opinion.objects.get().geometry[0]
    assert len(ring) - 1 == 4


def test_a_line_of_five_points_takes_nine_taps(phone: Page, project: Project) -> None:
    finger = open_project(phone, project)
    finger.tap("[data-add]")
    finger.tap("[data-kind=line]")
    for right, down in ((50, 20), (50, -20), (40, 30), (-20, 60)):
        finger.tap("#add-corner")
        finger.drag_map(right, down)
    finger.tap("#confirm-place")
    say_and_send(phone, finger)
    report("line", finger)
    assert len(finger.taps) <= 9
    assert len(Opinion.objects.get().geometry) == 5


def test_ending_on_the_last_corner_adds_none(phone: Page, project: Project) -> None:
    finger = open_project(phone, project)
    finger.tap("[data-add]")
    finger.tap("[data-kind=area]")
    for right, down in ((70, 0), (0, 60)):
        finger.tap("#add-corner")
        finger.drag_map(right, down)
    finger.tap("#add-corner")
    expect(phone.locator("#confirm-place")).to_contain_text("この形で終わる")
    finger.tap("#confirm-place")
    say_and_send(phone, finger)
    assert len(Opinion.objects.get().geometry[0]) - 1 == 3


def test_a_reload_in_the_middle_loses_nothing(phone: Page, project: Project) -> None:
    finger = open_project(phone, project)
    finger.tap("[data-add]")
    finger.tap("[data-kind=area]")
    for right, down in ((70, 0), (0, 60)):
        finger.tap("#add-corner")
        finger.drag_map(right, down)
    phone.reload()
    expect(phone.locator(".corner")).to_have_count(2)
    finger.drag_map(40, 60)
    finger.tap("#add-corner")
    finger.tap("#confirm-place")
    expect(phone.locator("#voice-text")).to_be_focused()
    phone.keyboard.type("まだ途中")
    expect(phone.locator(".draft-state")).to_contain_text("下書き保存ずみ")
    phone.wait_for_timeout(300)
    phone.reload()
    expect(phone.locator("#voice-text")).to_have_value("まだ途中")
    finger.tap(phone.locator(".write-chips .chip").first)
    finger.tap("#send")
    expect(phone.locator("#sent-title")).to_be_visible()
    voice = Opinion.objects.get()
    assert (voice.text, len(voice.geometry[0]) - 1) == ("まだ途中", 3)


def test_a_flaky_network_stores_the_voice_once(phone: Page, project: Project) -> None:
    """The first answer is lost on its way back; the phone sends again by itself."""
    finger = open_project(phone, project)
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort()

    phone.route("**/opinions/", lose_the_first_answer)
    finger.tap("[data-add]")
    finger.tap("#confirm-place")
    say_and_send(phone, finger)
    assert json.loads(lost[0])["id"] == Opinion.objects.get().pk


def test_what_the_server_refuses_is_said_and_kept(phone: Page, project: Project) -> None:
    finger = open_project(phone, project)
    finger.tap("[data-add]")
    finger.tap("#confirm-place")
    expect(phone.locator("#voice-text")).to_be_focused()
    phone.keyboard.type(WORDS)
    finger.tap("#send")
    expect(phone.locator(".write-chips [role=alert]")).to_contain_text("ひとつ選んで")
    phone.route(
        "**/opinions/",
        lambda route: route.fulfill(
            status=429, headers={"Retry-After": "60"}, content_type="application/problem+json",
            body='{"type":"/problems/too-often","title":"","status":429,"detail":"x"}',
        ),
    )  # fmt: skip
    finger.tap(phone.locator(".write-chips .chip").first)
    finger.tap("#send")
    expect(phone.locator(".write-status")).to_contain_text("短い時間にたくさん")
    expect(phone.locator("#voice-text")).to_have_value(WORDS)
    assert not Opinion.objects.exists()


def test_map_and_list_are_one_set(phone: Page, project: Project, voices: list[Opinion]) -> None:
    finger = open_project(phone, project, "")
    finger.tap("#open-list")
    expect(phone.locator("#voices .voice-item")).to_have_count(3)
    expect(phone.locator("#voice-count")).to_contain_text("3件")
    finger.tap("#open-filters")
    phone.locator("#q").fill("木かげ")
    phone.keyboard.press("Enter")
    expect(phone.locator("#voices .voice-item")).to_have_count(1)
    expect(phone.locator("#voice-count")).to_contain_text("全3件のうち")
    assert "q=" in phone.url
    finger.tap("#open-map")
    expect(phone.locator(".pin-mark")).to_have_count(1)
    expect(phone.locator(".ring-mark")).to_have_count(0)
    phone.go_back()
    expect(phone.locator("#voices .voice-item")).to_have_count(3)


def test_voices_on_one_place_open_as_a_list(
    phone: Page, project: Project, voices: list[Opinion]
) -> None:
    finger = open_project(phone, project, f"#map=18/{STATION[1]}/{STATION[0]}")
    finger.tap(".ring-mark")
    cards = phone.locator("[data-view=stack] .voice-item")
    expect(cards).to_have_count(2)
    finger.tap(cards.first.locator("a"))
    expect(phone.locator(".opinion-text")).to_contain_text("駅前の声")
    phone.go_back()
    expect(cards).to_have_count(2)
    phone.go_back()
    expect(phone.locator("#here")).to_be_visible()


def test_a_reader_supports_and_answers(
    phone: Page, project: Project, voices: list[Opinion]
) -> None:
    voice = voices[2]
    finger = open_project(phone, project, f"#opinion={voice.pk}")
    expect(phone.locator(".opinion-text")).to_have_text(voice.text)
    finger.tap("#support")
    expect(phone.locator("#support")).to_have_attribute("aria-pressed", "true")
    expect(phone.locator("#support")).to_contain_text("共感しました")
    phone.locator("#reply-text").fill("うちの前もそうです。")
    finger.tap("#send-reply")
    expect(phone.locator(".reply-text")).to_have_text("うちの前もそうです。")
    voice.refresh_from_db()
    assert (voice.support_count, voice.comment_count) == (1, 1)
    phone.goto(voice.get_absolute_url())
    expect(phone.locator(".replies")).to_contain_text("うちの前もそうです。")


def test_the_private_link_takes_the_voice_back(phone: Page, project: Project) -> None:
    finger = open_project(phone, project)
    finger.tap("[data-add]")
    finger.tap("#confirm-place")
    say_and_send(phone, finger)
    link = phone.locator("#manage-link").input_value()
    voice = Opinion.objects.get()
    assert link.split("#")[1] not in phone.url
    phone.goto(link)
    expect(phone.locator("#voice-text")).to_have_value(WORDS)
    finger.tap("#withdraw")
    finger.tap(phone.get_by_role("dialog").get_by_role("button", name="取り下げる"))
    expect(phone.locator("#manage")).to_contain_text("取り下げました")
    assert phone.goto(voice.get_absolute_url()).status == 410
    phone.goto(project.get_absolute_url())
    expect(phone.locator("#voice-count")).to_contain_text("0件")


def test_the_device_remembers_what_it_sent(phone: Page, project: Project) -> None:
    finger = open_project(phone, project)
    finger.tap("[data-add]")
    finger.tap("#confirm-place")
    say_and_send(phone, finger)
    phone.goto("/voice/")
    finger.tap(phone.get_by_role("link", name=WORDS))
    expect(phone.locator("#voice-text")).to_have_value(WORDS)
    finger.tap("#withdraw")
    finger.tap(phone.get_by_role("dialog").get_by_role("button", name="取り下げる"))
    expect(phone.locator("#device-voices")).to_be_hidden()


def test_where_i_am_is_drawn_with_its_accuracy(
    browse: Callable[..., Page], project: Project
) -> None:
    here = {"longitude": STATION[0], "latitude": STATION[1], "accuracy": 40}
    phone = browse(**PHONE, permissions=["geolocation"], geolocation=here)
    finger = open_project(phone, project, "#map=14/34.86/138.32")
    finger.tap("#locate")
    expect(phone.locator(".locate-circle")).to_be_visible()
    expect(phone.locator("#toasts")).to_contain_text("誤差 約40 m")
    expect(phone).to_have_url(re.compile(r"map=16/34\.871"))


def test_a_refused_position_is_said_in_words(phone: Page, project: Project) -> None:
    finger = open_project(phone, project)
    finger.tap("#locate")
    expect(phone.locator("#toasts")).to_contain_text("許可されていません")


def test_far_away_the_phone_asks_to_come_closer(phone: Page, project: Project) -> None:
    """Placing begins near enough; whoever zooms out is asked back."""
    finger = open_project(phone, project, "#map=12/34.865/138.32")
    finger.tap("[data-add]")
    expect(phone.locator("#confirm-place")).to_contain_text("この場所にする")
    phone.locator("#map").focus()
    for _ in range(3):
        phone.keyboard.press("-")
        phone.wait_for_timeout(400)
    expect(phone.locator("#confirm-place")).to_contain_text("もっと近づく")
    finger.tap("#confirm-place")
    expect(phone.locator("#confirm-place")).to_contain_text("この場所にする")


def test_outside_the_area_the_phone_says_so_before_it_is_too_late(
    phone: Page, project: Project
) -> None:
    phone.goto(f"{project.get_absolute_url()}#map=16/34.8665/138.3480")
    expect(phone.locator(".here-district")).to_have_text(
        re.compile(r"対象範囲の外です（あと .*m）")
    )
    finger = Finger(phone)
    finger.tap("[data-add]")
    expect(phone.locator("#confirm-place")).to_have_attribute("aria-disabled", "true")
    phone.locator("#confirm-place").tap(force=True)
    expect(phone.locator("#toasts")).to_contain_text("対象範囲の外です")
    expect(phone.locator("#voice-text")).to_have_count(0)


def test_a_waiting_voice_is_drawn_from_the_phones_own_copy(
    phone: Page, project_in_phase: Callable[..., Project]
) -> None:
    project = project_in_phase("ideas", moderation="pre")
    finger = open_project(phone, project)
    finger.tap("[data-add]")
    finger.tap("#confirm-place")
    expect(phone.locator("#voice-text")).to_be_focused()
    phone.keyboard.type(WORDS)
    finger.tap(phone.locator(".write-chips .chip").first)
    finger.tap("#send")
    expect(phone.locator("#sent-title")).to_have_text("声がとどきました")
    finger.tap("#close-sent")
    expect(phone.locator(".pin-waiting")).to_have_count(1)
    expect(phone.locator("#voice-count")).to_contain_text("0件")


def test_a_keyboard_sets_a_pin(desk: Page, project: Project) -> None:
    """Without a pointer: add, move, set, write, send."""
    desk.goto(f"{project.get_absolute_url()}{STATION_VIEW}")
    expect(desk.locator(".here-district")).to_contain_text("自治会")
    desk.locator("[data-add]").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#map")).to_be_focused()
    desk.keyboard.press("ArrowRight")
    desk.wait_for_timeout(500)
    desk.keyboard.press("Enter")
    expect(desk.locator("#voice-text")).to_be_focused()
    desk.keyboard.type(WORDS)
    desk.locator(".write-chips .chip").first.focus()
    desk.keyboard.press("Space")
    desk.locator("#send").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#sent-title")).to_be_visible()
    assert Opinion.objects.get().kind == "pin"


def test_a_keyboard_draws_an_area_and_undoes(desk: Page, project: Project) -> None:
    desk.goto(f"{project.get_absolute_url()}{STATION_VIEW}")
    expect(desk.locator(".here-district")).to_contain_text("自治会")
    desk.locator("[data-add]").click()
    desk.locator("[data-kind=area]").click()
    desk.locator("#map").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        desk.keyboard.press("Enter")
        desk.keyboard.press(key)
        desk.wait_for_timeout(500)
    expect(desk.locator(".corner")).to_have_count(3)
    desk.keyboard.press("Backspace")
    expect(desk.locator(".corner")).to_have_count(2)
    desk.keyboard.press("Escape")
    expect(desk.locator("#here")).to_be_visible()


def test_the_staff_hides_a_voice_in_the_sheet(
    desk: Page, project: Project, voices: list[Opinion], moderator: Person
) -> None:
    cookie = {"name": "sessionid", "value": moderator.web.cookies["sessionid"].value}
    desk.goto("/voice/")
    desk.context.add_cookies([{**cookie, "url": desk.url.removesuffix("voice/")}])
    desk.goto(f"{project.get_absolute_url()}#opinion={voices[2].pk}")
    desk.locator("#decide").click()
    desk.get_by_role("dialog").get_by_role("textbox").fill("個人の名前がある")
    desk.get_by_role("dialog").get_by_role("button", name="非公開にする").click()
    expect(desk.locator(".opinion-tags")).to_contain_text("非公開")
    voices[2].refresh_from_db()
    assert voices[2].state == "hidden"
    assert voices[2].state_changes.last().reason == "個人の名前がある"

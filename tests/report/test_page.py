"""The page in a real browser: every place of it opens, says what the record says, and stays on this machine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from urllib.parse import quote

import pytest
import synthetic
from browsing import Opened, node_module

from pytest_atmt import history, tally

Open = Callable[..., Opened]
PAGES = (
    "#/",
    "#/tests",
    "#/tests?v=fail&sort=slow",
    "#/open",
    "#/requirements",
    "#/requirement/RFC1-3",
    "#/models",
    "#/model/Reader",
    "#/matrix",
    "#/matrix?axis=tests",
    "#/matrix?axis=behaviour",
    "#/matrix?differ=1",
    "#/matrix?axis=values",
    "#/peers",
    "#/peers/bad",
    "#/nowhere",
    "#/test/nothing",
    "#/model/nothing",
    "#/requirement/nothing",
)
HOSTILE = (
    "<script>window.hurt=1</script><img src=x onerror='window.hurt=1'>"
    "\u202egnp\u0000\u200b\x1b[31m &amp; ${hurt} ]]]> --> </title>"
)


def place(test: dict[str, object], more: str = "") -> str:
    return f"#/test/{quote(str(test['nodeid']), safe='')}{more}"


def test_every_page_opens_without_a_complaint(opened: Open) -> None:
    record = synthetic.record()
    report = opened(record)
    for where in (*PAGES, *(place(test) for test in record["tests"][:9])):
        assert len(report.go(where).locator("main h1").all()) >= 1, where


def test_links_lead_from_the_first_screen_to_every_page(opened: Open) -> None:
    page = opened(synthetic.record()).go()
    for name in ("Tests", "Not judged", "Requirements", "Models", "Matrix", "Peers", "Overview"):
        page.get_by_role("navigation").get_by_role("link", name=name).click()
        page.wait_for_selector(f"nav a[aria-current]:has-text('{name}')")


def test_numbers_are_those_of_the_record(opened: Open) -> None:
    record = synthetic.record()
    page = opened(record).go("#/tests")
    counts = Counter(test["verdict"] for test in record["tests"])
    shown = {chip.split()[-1] for chip in page.locator(".chip").all_text_contents()}
    assert shown == {str(n) for n in (*counts.values(), len(record["tests"]))}
    page = opened(record).go()
    for peer, of in record["peers"].items():
        line = page.locator(".peer-line", has=page.get_by_role("link", name=peer, exact=True))
        said = {tuple(text.split(maxsplit=2)[1:]) for text in line.locator(".count").all_text_contents()}
        assert said == {(str(n), verdict) for verdict, n in of["counts"].items()}
    coverage = record["coverage"]["total"]["Reader"]["transitions"]
    assert f"{coverage['seen']} of {coverage['of']}" in page.locator("main").text_content()


def test_hostile_text_stays_text(opened: Open) -> None:
    record = synthetic.record(text=HOSTILE)
    report = opened(record)
    for where in (*PAGES, place(record["tests"][0]), place(record["tests"][20])):
        page = report.go(where)
        assert page.evaluate("() => window.hurt === undefined")
        assert page.locator("main img, main script").count() == 0
    text = report.go(place(record["tests"][0])).locator("main").text_content()
    assert "<script>window.hurt=1</script>" in text
    assert "⟨U+202E⟩gnp␀" in text
    assert "\u202e" not in text
    assert "\0" not in text


def test_a_megabyte_of_text_does_not_hurt(opened: Open) -> None:
    record = synthetic.record(8, 8)
    for test in record["tests"]:
        test["reason"] = "x" * 1_000_000
        for run in test["runs"]:
            run["error"] = run["packets"][0]["summary"] = "y" * 1_000_000
            run["packets"][0]["hex"] = "61" * 1_000_000
    report = opened(record)
    assert "1,000,000 characters" in report.go(place(record["tests"][0])).locator(".reason").text_content()
    assert report.file.stat().st_size < 500_000


def test_the_path_is_lit_and_the_slider_goes_back_along_it(opened: Open) -> None:
    record = synthetic.record()
    test = record["tests"][0]
    steps = len(test["runs"][0]["steps"]) - 1
    page = opened(record).go(place(test))
    if not page.locator(".frame svg").count():
        pytest.skip("there is no Graphviz here")
    assert page.locator(".state.now").get_attribute("data-id") == "state-WRONG"
    page.keyboard.press("ArrowLeft")
    assert page.locator(".state.now").get_attribute("data-id") == "state-RECEIVING"
    assert f"step={steps - 1}" in page.url
    page.get_by_label("Steps of the path").fill("0")
    assert page.locator(".state.now").get_attribute("data-id") == "state-BEGIN"


def test_a_click_on_a_packet_shows_its_bytes(opened: Open) -> None:
    record = synthetic.record()
    test = record["tests"][0]
    page = opened(record).go(place(test))
    page.locator(".packet-line").nth(1).click()
    packet = test["runs"][0]["packets"][1]
    assert packet["summary"] in page.locator(".packet").text_content()
    assert "IPv4" in page.locator(".packet").text_content()
    digits = page.locator(".hex").text_content()
    assert packet["hex"][:32] == "".join(digits.split("  ")[1:3]).replace(" ", "")[:32]
    assert page.url.endswith("packet=2")


def test_a_link_to_a_step_and_a_packet_opens_them(opened: Open) -> None:
    record = synthetic.record()
    page = opened(record).go(place(record["tests"][0], "?step=1&packet=1"))
    assert "step 1 of" in page.locator(".step-text").text_content()
    assert page.locator(".line.chosen").count() == 1
    assert "RRQ" in page.locator(".packet").text_content()


def test_a_clients_end_stands_in_the_conversation_and_by_itself(opened: Open) -> None:
    record = synthetic.record()
    end = {"how": "exited with status 0", "success": True, "said": "done", "file": b"abc".hex(), "at": 9.5}
    record["tests"][0]["runs"][0]["client"] = end
    page = opened(record).go(place(record["tests"][0]))
    assert page.locator(".line.log").last.text_content() == "9.5000the client exited with status 0"
    card = page.locator(".card", has_text="How the client ended").last.text_content()
    assert "3 bytes abc" in card
    assert "done" in card


def test_a_dropped_packet_does_not_reach_the_other_side(opened: Open) -> None:
    record = synthetic.record()
    test = next(t for t in record["tests"] if any(p["note"] for r in t["runs"] for p in r["packets"]))
    assert opened(record).go(place(test)).locator(".packet-line.sent.lost").count() == 1


def test_the_list_finds_filters_and_keeps_that_in_the_address(opened: Open) -> None:
    record = synthetic.record()
    page = opened(record).go("#/")
    page.keyboard.press("/")
    page.wait_for_selector("#search:focus")
    page.keyboard.type("RFC1-4")
    expected = sum("RFC1-4" in test["requirements"] for test in record["tests"])
    assert page.locator(".test-row").count() == expected
    assert "q=RFC1-4" in page.url
    page.get_by_role("button", name="pass").click()
    assert "v=pass" in page.url


def test_only_differences_leaves_rows_in_which_peers_differ(opened: Open) -> None:
    record = synthetic.record()
    page = opened(record).go("#/matrix?differ=1")
    shown = set(page.locator(".matrix-row [role=rowheader] a").all_text_contents())
    verdicts = {
        id_: [r["verdicts"].get(peer) for peer in record["peers"]]
        for id_, r in record["requirements"].items()
    }
    assert shown == {id_ for id_, row in verdicts.items() if len(set(row)) > 1}


def test_values_that_tests_noted_stand_beside_each_other(opened: Open) -> None:
    record = synthetic.record() | {
        "fingerprints": {"good": {"waits": 1, "mail": True}, "bad": {"waits": [1, 2]}}
    }
    page = opened(record).go("#/matrix?axis=values")
    rows = [
        row.locator("[role=cell]").all_text_contents() for row in page.locator(".matrix-row:not(.head)").all()
    ]
    assert rows == [["yes", "no test saw it"], ["1", "1 or 2"]]
    assert not page.get_by_label("Level").is_visible()


CROWD = ("good", "bad", *(f"server-with-a-long-name-{n}" for n in range(20)))


def test_many_peers_stand_upright_beside_each_other(opened: Open) -> None:
    report = opened(synthetic.record(200, peers=CROWD))
    page = report.go("#/matrix")
    heads = page.locator(".matrix-row.head [role=columnheader]").all()
    assert [head.locator("a").text_content() for head in heads[1:]] == list(CROWD)
    right = max(head.bounding_box()["x"] + head.bounding_box()["width"] for head in heads)
    assert right <= 1400
    assert report.go().locator(".peer-lines.crowd .peer-line").count() == len(CROWD)


def test_headings_of_a_matrix_stay_in_sight(opened: Open) -> None:
    page = opened(synthetic.record(2_000, peers=CROWD), 800).go("#/matrix?axis=tests")
    page.locator(".virtual").evaluate("box => box.scrollTo(600, 4000)")
    page.wait_for_selector(".matrix-row[data-n='140']")
    page.wait_for_selector(".matrix-row[data-n='10']", state="detached")
    box = page.locator(".virtual").bounding_box()
    head, name = (
        page.locator(f".matrix-row{kind} >> nth=0").bounding_box() for kind in (".head", ":not(.head)")
    )
    first = page.locator(".matrix-row:not(.head) [role=rowheader]").first.bounding_box()
    assert abs(head["y"] - box["y"]) < 3
    assert abs(first["x"] - box["x"]) < 3 < box["x"] - name["x"]


def test_values_of_many_peers_are_told_once_each(opened: Open) -> None:
    noted = {peer: {"waits": n % 2, "mail": False} for n, peer in enumerate(CROWD)}
    page = opened(synthetic.record(peers=CROWD) | {"fingerprints": noted}).go("#/matrix?axis=values")
    waits = page.locator(".values section", has_text="waits")
    assert [li.locator("a").count() for li in waits.locator("li").all()] == [11, 11]
    assert "all 22 of which it is known" in page.locator(".values section", has_text="mail").text_content()


def test_clients_and_servers_meet_where_there_are_both(opened: Open) -> None:
    record = synthetic.record()
    assert "clients" not in opened(record).go("#/matrix").get_by_label("Rows").text_content()
    record["peers"]["bad"]["role"] = "client"
    page = opened(record).go("#/matrix?axis=pairs")
    assert page.locator(".matrix-row.head").text_content().startswith("good")
    [row] = page.locator(".matrix-row:not(.head)").all()
    missed = sum(
        r["verdicts"].get("bad") in ("fail", "error")
        for r in record["requirements"].values()
        if r["level"] == "MUST"
    )
    assert row.text_content().startswith(f"bad✗ {missed} + 0 missed; read")


def test_requirements_on_the_other_role_are_no_gap(opened: Open) -> None:
    record = synthetic.record()
    record["peers"]["bad"]["role"] = "client"
    record["requirements"]["RFC1-1"]["verdicts"] = {"good": "pass", "bad": "not applicable"}
    page = opened(record).go("#/matrix")
    row = page.locator(".matrix-row", has=page.get_by_role("link", name="RFC1-1", exact=True))
    assert "says nothing of a client" in row.text_content()
    assert "differs" not in row.get_attribute("class").split()


def test_what_changed_stands_on_the_first_screen(opened: Open) -> None:
    record, before = synthetic.record(), synthetic.record()
    for test in before["tests"][:2]:
        test["verdict"] = "pass"
    before["tests"][-1]["verdict"] = "fail"
    history.add(record, history.kept(before))
    page = opened(record).go()
    assert page.locator(".since-line span").all_text_contents() == ["✗ 2 newly failing", "✓ 1 fixed"]
    card = page.locator(".since")
    assert card.locator("h3").all_text_contents() == ["✗ 2 newly failing", "✓ 1 fixed"]
    assert card.locator(".runs li").count() == 2
    assert card.locator(".change a").count() == 3


def test_the_theme_turns_and_stays(opened: Open) -> None:
    page = opened(synthetic.record()).go()
    before = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("t")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") != before


def test_what_is_not_judged_has_a_page_of_its_own(opened: Open) -> None:
    record = synthetic.record()
    text = opened(record).go("#/open").locator("main").text_content()
    assert "test_lost[good]" in text
    assert "could not run" in text
    assert "nobody can see it" in text


def test_ten_thousand_tests_are_small_and_draw_few_rows(opened: Open) -> None:
    report = opened(synthetic.record(10_000, 200))
    assert report.file.stat().st_size < 2_000_000
    page = report.go("#/tests")
    assert "10,000 tests" in page.locator(".total").text_content()
    assert page.locator("*").count() < 2_000


@pytest.mark.parametrize(("width", "theme"), [(1400, "light"), (800, "dark")])
@pytest.mark.parametrize("peers", [synthetic.PEERS, CROWD], ids=["few", "many"])
def test_axe_finds_no_serious_violation(opened: Open, width: int, theme: str, peers: tuple[str, ...]) -> None:
    axe = (node_module("axe-core") / "axe.min.js").read_text("utf-8")
    record = synthetic.record(peers=peers) | {"fingerprints": {peer: {"waits": 1} for peer in peers}}
    report = opened(record, width, theme)
    for where in (*PAGES[:15], place(record["tests"][0]), place(record["tests"][20])):
        page = report.go(where)
        page.evaluate(f"() => {{ {axe}; window.axe = axe }}")
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
        grave = [v for v in found if v["impact"] in ("serious", "critical")]
        told = [(v["id"], n["target"], n["failureSummary"]) for v in grave for n in v["nodes"][:2]]
        assert not grave, f"{where}: {json.dumps(told, indent=1)}"


def test_what_a_failure_kept_from_being_judged_is_told_on_both_pages(opened: Open) -> None:
    record = synthetic.record()
    [failed] = [test for test in record["tests"] if test["verdict"] == "fail"][:1]
    failed["requirements"], failed["prevented"] = ["RFC1-0"], ["RFC1-11"]
    page = opened(tally.complete(record)).go(f"#/test/{quote(failed['nodeid'], safe='')}")
    assert page.locator(".prevented a").all_text_contents() == ["RFC1-11"]
    page.locator(".prevented a").click()
    page.get_by_role(
        "heading", name="Could not be judged by 1 test that broke off over another requirement"
    ).wait_for()
    assert page.get_by_role("list", name="Tests that could not judge it").locator("a").count() == 1

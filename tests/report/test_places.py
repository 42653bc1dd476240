"""What the gallery publishes names no place of the machine that made it."""

from __future__ import annotations

from tests.gallery import places

PLACES = {"/root/.cache/atmt/peers": "peers", "/root": "home", "/tmp": "tmp"}


def test_places_are_replaced_wherever_they_stand():
    said = {
        "args": ["--atmt-report", "/tmp/run/x"],
        "log": [[0.5, "stderr", 'in "/root/.cache/atmt/peers/a.py"\n/root/b']],
    }
    assert places.without(said, PLACES) == {
        "args": ["--atmt-report", "tmp/run/x"],
        "log": [[0.5, "stderr", 'in "peers/a.py"\nhome/b']],
    }


def test_what_only_looks_alike_is_left_alone():
    said = "file /dev/shm/root/NAME not found; /tmpfile; x/tmp/y; /rooted"
    assert places.without(said, PLACES) == said


def test_all_places_of_this_machine_are_known(tmp_path):
    own = places.own(tmp_path)
    assert list(own.values()) == ["peers", "atmt", "home", "tmp"]
    assert all(place.startswith("/") for place in own)

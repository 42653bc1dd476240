"""Names of files: what is there is served, what must not be served is not, and nothing outside is written."""

from __future__ import annotations

import pytest

from pytest_atmt import requirement

SECRET = b"not for you, whoever you are"
NAMES = [
    "a name with blanks",
    "CAPITALS",
    "capitals.and.dots..",
    "..two",
    "-n",
    "100%",
    "a+b=c&d,e;f~g",
    "n" * 120,
    "x" * 200,
]


def inside(name, where):
    """The name of a file beneath the served folder, when that is gone up from by `where`."""
    return name.replace("../", where)


@pytest.fixture
def secret(files):
    """Names by which a file beside the served folder could be reached: relative, absolute."""
    return files.beside(SECRET)


@requirement("RFC1350-5-33")
@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_served_by_its_name(read, files, name):
    files.put(name, b"found")
    assert read(name).result == b"found"


@requirement("RFC1350-S-09", "RFC1350-S-01", behaviour="invalid")
def test_a_folder_beside_the_served_one_is_not_read_from(read, secret):
    run = read(secret[0], ends=["END", "ERROR"])
    assert run.state == "ERROR" or run.result != SECRET


@requirement("RFC1350-S-03", "RFC1350-S-09", behaviour="invalid")
def test_an_absolute_name_does_not_lead_out(read, secret):
    run = read(secret[1], ends=["END", "ERROR"])
    assert run.state == "ERROR" or run.result != SECRET


@requirement("RFC1350-S-02", behaviour="invalid")
@pytest.mark.parametrize("before", ["x/../", "./", "x/y/../../", "/"])
def test_dots_in_the_middle_of_a_name_do_not_lead_out(read, secret, before):
    run = read(before + secret[0], ends=["END", "ERROR"])
    assert run.state == "ERROR" or run.result != SECRET


@requirement("RFC1350-S-02", behaviour="invalid")
def test_more_slashes_do_not_lead_out(read, secret):
    run = read(secret[0].replace("/", "//"), ends=["END", "ERROR"])
    assert run.state == "ERROR" or run.result != SECRET


@requirement("RFC1350-S-04", behaviour="invalid")
@pytest.mark.parametrize("up", ["..\\", "x\\..\\..\\"])
def test_back_slashes_do_not_lead_out(read, secret, up):
    run = read(inside(secret[0], up), ends=["END", "ERROR"])
    other = read(inside(secret[0], up).replace("/", "\\"), ends=["END", "ERROR"])
    assert all(one.state == "ERROR" or one.result != SECRET for one in (run, other))


@requirement("RFC1350-S-11", behaviour="invalid")
@pytest.mark.parametrize("up", ["%2e%2e/", "%2e%2e%2f", "..%2f", "%252e%252e/", "..%c0%af", ".%00./"])
def test_percent_signs_do_not_lead_out(read, secret, up):
    run = read(inside(secret[0], up), ends=["END", "ERROR"])
    assert run.state == "ERROR" or run.result != SECRET


@requirement("RFC1350-S-01-W", behaviour="invalid")
@pytest.mark.parametrize("before", ["", "x/../", "./"])
def test_nothing_beside_the_served_folder_is_written_to(write, secret, files, before):
    write(before + secret[0], b"overwritten", ends=["END", "ERROR"])
    assert files.get(secret[0]) == SECRET


@requirement("RFC1350-S-05", behaviour="invalid")
def test_where_a_link_leads(read, files, fingerprint):
    files.place("link", "link")
    run = read("link", ends=["END", "ERROR"])
    follows = run.state == "END" and b"root:" in run.result
    fingerprint("follows a link out of its folder", "yes" if follows else "no")
    assert not follows


@requirement("RFC1350-5-30", behaviour="invalid")
def test_a_name_that_is_no_ascii(read, files, fingerprint):
    files.put("n\u00e4me", b"found")
    run = read("n\u00e4me".encode(), ends=["END", "ERROR"])
    fingerprint("serves a name in UTF-8", "yes" if run.state == "END" else "no")
    assert run.state == "ERROR" or run.result == b"found"


@requirement("RFC1350-5-33")
def test_a_leading_slash(read, files, fingerprint):
    files.put("file", b"found")
    run = read("/file", ends=["END", "ERROR"])
    fingerprint("serves /NAME as NAME", "yes" if run.state == "END" else "no")
    assert run.state == "ERROR" or run.result == b"found"

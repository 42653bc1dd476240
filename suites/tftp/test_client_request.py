"""What a client says first: a request that is well formed, to the server's port, from a port of its own."""

from __future__ import annotations

import pytest
from scapy.layers.inet import UDP

from pytest_atmt import NotApplicable, requirement

from .client_abilities import WISHES
from .client_judging import ANSWERED, asked, is_mode, number_asked
from .judging import payloads

CONTENT = b"x" * 700


def fields(run):
    """What stands in the request behind its opcode; the last field has an end, too."""
    *found, rest = payloads(run)[0][2:].split(b"\0")
    assert rest == b"", "the request does not end in a NUL"
    return found


@requirement("RFC1350-5-31", "RFC1350-3-01-C")
def test_a_read_request_is_opcode_name_and_mode(client, serve_read):
    run = serve_read(client.get("some-name"), CONTENT, ends=ANSWERED)
    name, mode, *options = fields(run)
    assert payloads(run)[0][:2] == b"\0\1"
    assert name == b"some-name"
    assert is_mode(client, b"octet", mode)
    assert len(options) % 2 == 0


@requirement("RFC1350-5-31-CW", "RFC1350-3-01-CW")
def test_a_write_request_is_opcode_name_and_mode(client, serve_write):
    run = serve_write(client.put(CONTENT, "some-name"), ends=ANSWERED)
    name, mode, *options = fields(run)
    assert payloads(run)[0][:2] == b"\0\2"
    assert name == b"some-name"
    assert is_mode(client, b"octet", mode)
    assert len(options) % 2 == 0


@requirement("RFC1350-5-31")
def test_a_read_request_in_netascii_says_so(client, serve_read):
    run = serve_read(client.get(mode="netascii"), b"text", ends=ANSWERED)
    assert is_mode(client, b"netascii", fields(run)[1])


@requirement("RFC1350-5-31-CW")
def test_a_write_request_in_netascii_says_so(client, serve_write):
    run = serve_write(client.put(b"text", mode="netascii"), ends=ANSWERED)
    assert is_mode(client, b"netascii", fields(run)[1])


@requirement("RFC1350-1-02-C")
def test_a_request_does_not_use_mail_mode(client, serve_read):
    assert fields(serve_read(client.get(), CONTENT, ends=ANSWERED))[1].lower() != b"mail"


@requirement("RFC1350-4-08")
def test_a_read_request_goes_to_the_servers_port_from_another(client, serve_read):
    run = serve_read(client.get(), CONTENT, ends=ANSWERED)
    first = run.received()[0].packet[UDP]
    assert first.dport == run.automaton.port
    assert first.sport not in (69, 0)


@requirement("RFC1350-4-08-CW")
def test_a_write_request_goes_to_the_servers_port_from_another(client, serve_write):
    run = serve_write(client.put(CONTENT), ends=ANSWERED)
    first = run.received()[0].packet[UDP]
    assert first.dport == run.automaton.port
    assert first.sport not in (69, 0)


@requirement("RFC1350-4-06-C")
def test_successive_transfers_come_from_different_ports(client, serve_read):
    tids = [serve_read(client.get(), b"x", ends=ANSWERED).automaton.client_tid for _ in range(4)]
    assert len(set(tids)) > 2


@requirement("RFC2347-PF-04")
@pytest.mark.parametrize("length", [1, 100, 400])
def test_a_request_is_at_most_512_octets(client, serve_read, length):
    run = serve_read(client.get("n" * length), CONTENT, ends=ANSWERED)
    assert len(payloads(run)[0]) <= 512


@requirement("RFC1350-5-31")
@pytest.mark.parametrize("name", ["n" * 100, "a/b/c", "a.b-c_d", "UPPER"])
def test_a_name_is_asked_for_as_it_is(client, serve_read, name):
    assert fields(serve_read(client.get(name), CONTENT, ends=ANSWERED))[0] == name.encode()


@pytest.fixture
def uri_client(client):
    """The client, if it takes URIs."""
    if not client.by_uri:
        raise NotApplicable(
            "the client is told by no URI what to fetch (its statement: no {url} in its commands)"
        )
    return client


@requirement("RFC3617-01")
@pytest.mark.parametrize("mode", ["octet", "netascii"])
def test_the_mode_of_a_uri_is_asked_for(uri_client, serve_read, mode):
    assert fields(serve_read(uri_client.get(mode=mode), b"text", ends=ANSWERED))[1].lower() == mode.encode()


@requirement("RFC3617-02")
@pytest.mark.parametrize("name", ["a b", "100%", "a#b?c", "a;b", "a/b", "\u00e4"])
def test_the_escapes_of_a_uri_are_decoded(uri_client, serve_read, name):
    assert fields(serve_read(uri_client.get(name), CONTENT, ends=ANSWERED))[0] == name.encode()


def option_texts(run):
    """Names and values of the options asked for; that they are ASCII is RFC 2347's and RFC 7440's demand."""
    asked_for = fields(run)[2:]
    assert all(field.isascii() for field in asked_for)
    texts = [field.decode("ascii").lower() for field in asked_for]
    return texts[::2], texts[1::2]


@requirement("RFC2347-PF-01", "RFC2347-NP-01", "RFC7440-3-06")
@pytest.mark.parametrize("option", ["blksize", "timeout", "tsize", "windowsize"])
def test_options_are_pairs_of_texts_each_name_once(client, serve_read, option):
    run = serve_read(client.get(**{option: WISHES[option]}), CONTENT, ends=ANSWERED)
    names, values = option_texts(run)
    if set(names) <= WISHES.keys():  # what a client cannot ask for in this direction it need not
        asked(run, option)
    assert option in names
    assert len(names) == len(values) == len(set(names))
    assert all(names)
    assert all(values)


@requirement("RFC2347-PF-01", "RFC2347-NP-01")
@pytest.mark.parametrize("option", ["blksize", "timeout", "tsize", "windowsize"])
def test_options_of_a_write_are_pairs_of_texts_each_name_once(client, serve_write, option):
    run = serve_write(client.put(CONTENT, **{option: WISHES[option]}), ends=[*ANSWERED, "OVERSIZED"])
    names, values = option_texts(run)
    if set(names) <= WISHES.keys():  # what a client cannot ask for in this direction it need not
        asked(run, option)
    assert option in names
    assert len(names) == len(values) == len(set(names))
    assert all(names)
    assert all(values)


@requirement("RFC2349-TO-05")
def test_the_timeout_asked_for_is_between_1_and_255(client, serve_read):
    run = serve_read(client.get(timeout=WISHES["timeout"]), CONTENT, ends=ANSWERED)
    assert 1 <= number_asked(run, "timeout") <= 255


@requirement("RFC7440-3-01-C")
def test_the_window_asked_for_is_between_1_and_65535(client, serve_read):
    run = serve_read(client.get(windowsize=WISHES["windowsize"]), CONTENT, ends=ANSWERED)
    assert 1 <= number_asked(run, "windowsize") <= 65535


@requirement("RFC2349-TS-01")
def test_the_size_in_a_read_request_is_0(client, serve_read):
    assert asked(serve_read(client.get(tsize=""), CONTENT, ends=ANSWERED), "tsize") == "0"


@requirement("RFC2349-TS-03")
@pytest.mark.parametrize("size", [0, 1, 512, 5000])
def test_the_size_in_a_write_request_is_that_of_the_file(client, serve_write, size):
    assert asked(serve_write(client.put(b"x" * size, tsize=""), ends=ANSWERED), "tsize") == str(size)

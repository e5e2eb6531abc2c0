"""URLs, files and machines keep what makes them one: parts, known endings, sizes of networks."""

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db_workflow.testdata import rules
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms

BY = Pseudonyms(Key("one", b"1" * 32))
HEX = "0123456789abcdef"


def made(rule, value):
    return rule.apply(value, BY)


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("https://meet.example/j/98765432?pwd=aBc", r"https://example\.test/L/L\?L=U"),
        ("https://meet.example", r"https://example\.test/U"),
        ("https://meet.example/", r"https://example\.test/U"),
        ("ftp://u:p@meet.example:21/a b/cv.tar.gz", r"ftp://example\.test/L/U\.tar\.gz"),
        ("https://x.example/omar.fernsby", r"https://example\.test/U"),
        ("omar://x.example/a#b", r"https://example\.test/L#U"),
        ("www.corp.example/omar/cv.PDF", r"example\.test/L/U\.PDF"),
        ("localhost:8080/omar", r"example\.test/L/U"),
        ("/uploads/omar/me.jpeg", r"/L/L/U\.jpeg"),
        ("mailto:omar@corp.example", r"mailto:U"),
    ],
)
def test_a_url_keeps_its_scheme_its_parts_and_known_endings(value, pattern):
    pattern = pattern.replace("U", "[a-z2-7]{16}").replace("L", "[a-z2-7]{1,8}")
    assert re.fullmatch(pattern, made(rules.url(), value))


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("Omar Fernsby CV.pdf", r"U\.pdf"),
        ("uploads/omar/cv.DOCX", r"L/L/U\.DOCX"),
        ("C:\\Users\\Omar\\x.txt", r"L\\L\\L\\U\.txt"),
        ("cv.omar", "U"),
        ("backup.omar.tar.gz", r"U\.tar\.gz"),
        (".omar", "U"),
        ("omar", "U"),
    ],
)
def test_a_file_keeps_its_folders_and_its_ending_if_that_is_known(value, pattern):
    pattern = pattern.replace("U", "[a-z2-7]{16}").replace("L", "[a-z2-7]{1,8}")
    assert re.fullmatch(pattern, made(rules.file_name(), value))


def test_the_secrets_of_a_file_name_are_its_folders_apart():
    assert list(rules.file_name().secrets("a/Omar Fernsby.pdf")) == [
        "a/Omar Fernsby.pdf",
        "Omar Fernsby.pdf",
        "Omar Fernsby",
    ]


V4 = st.ip_addresses(v=4)
V6 = st.ip_addresses(v=6)


@given(st.one_of(V4, V6))
def test_an_address_becomes_one_that_nobody_has(address):
    found = ipaddress.ip_address(made(rules.ip(), str(address)))
    assert found.version == address.version
    base = "10.0.0.0/8" if address.version == 4 else "2001:db8::/32"
    assert found in ipaddress.ip_network(base)
    assert found != address


@given(st.one_of(V4, V6), st.integers(0, 128))
def test_a_network_stays_a_network_of_the_same_size(address, length):
    length = min(length, address.max_prefixlen)
    network = ipaddress.ip_network((address, length), strict=False)
    found = made(rules.ip(), str(network))
    assert ipaddress.ip_network(found).prefixlen == length  # raises for bits behind the prefix
    assert found.endswith(f"/{length}")
    wide = length < (12 if address.version == 4 else 36)
    assert (found == str(network)) == wide


def test_an_address_is_the_same_one_in_any_spelling():
    assert made(rules.ip(), "2A02:0:0::1") == made(rules.ip(), "2a02::1")
    assert made(rules.ip(), "192.0.2.1/24").partition("/")[0] == made(rules.ip(), "192.0.2.1")


@pytest.mark.parametrize("between", ["", ":", "-", "."])
@given(
    digits=st.one_of(st.text(HEX, min_size=12, max_size=12), st.text(HEX, min_size=16, max_size=16))
)
def test_a_mac_address_keeps_its_spelling_and_no_maker_gives_it(between, digits):
    step = 4 if between == "." else 2
    value = between.join(digits[place : place + step] for place in range(0, len(digits), step))
    found = made(rules.mac(), value)
    assert [sign for sign in found if sign not in HEX] == [
        sign for sign in value if sign not in HEX
    ]
    plain = re.sub("[^0-9a-f]", "", found)
    assert len(plain) == len(digits)
    assert int(plain[:2], 16) & 3 == 2
    assert plain != digits

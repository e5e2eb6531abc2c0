"""Rules for addresses of machines: IP and MAC."""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from textwrap import wrap

from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules.rule import Rule

# inet, cidr and macaddr are of the kind "other".
_FITS = frozenset({"text", "other"})
_V4 = re.compile(r"10(?:\.\d{1,3}){3}(?:/\d+)?")
_V6 = re.compile(r"2001:db8:[0-9a-f:]+(?:/\d+)?")
_MAC = re.compile(r"[0-9A-Fa-f]{12}(?:[0-9A-Fa-f]{4})?")
_BETWEEN = re.compile(r"[:.-]")
# So many bits of every address stay the same: 10.0.0.0/8 is private, 2001:db8::/32 is for examples.
_PRIVATE = {4: (0x0A << 24, 8), 6: (0x20010DB8 << 96, 32)}
_FEWEST_BITS = 4

_Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface


def ip() -> Rule:
    """Write another IP address, for the same one the same: 10.x.y.z, or one below 2001:db8::.

    The length of the prefix stays, and a network stays one: nothing behind its prefix. Networks
    that are wider than a /12 (IPv6: a /36) are nobody's and stay. Up to 18 characters, IPv6 43.
    Unique for IPv6; of 4,000 IPv4 addresses two become one.
    """
    invented = re.compile(rf"{_V4.pattern}|{_V6.pattern}")
    return Rule("ip", (), _ip, _FITS, secrets=_of_somebody, invented=invented)


def mac() -> Rule:
    """Write another MAC address in the same spelling, one that no maker of hardware gives.

    Not unique: of ten million two become one.
    """
    return Rule("mac", (), _mac, _FITS, secrets=_grouped, invented=re.compile(r"[0-9A-Fa-f:.-]+"))


def _ip(value: str, by: Pseudonyms) -> str:
    if not value.strip():
        return value
    found = _read(value)
    if _is_wide(found):
        return value
    base, fixed = _PRIVATE[found.version]
    # A network has nothing behind its prefix, and a `cidr` must not have.
    behind = int(found.hostmask) if _is_network(found) else 0
    for attempt in range(16):
        number = by.number(f"ip:{attempt}", str(found.ip), 1 << (found.max_prefixlen - fixed))
        number = (base | number) & ~behind
        if number != int(found.ip):
            break
    shown = f"/{found.network.prefixlen}" if "/" in value else ""
    return f"{_address(found.version, number)}{shown}"


def _read(value: str) -> _Interface:
    try:
        return ipaddress.ip_interface(value.strip())
    except ValueError:
        raise UnfitValueError("the value is not an IP address") from None


def _is_network(found: _Interface) -> bool:
    return found.network.prefixlen < found.max_prefixlen and found.ip == found.network[0]


def _is_wide(found: _Interface) -> bool:
    return (
        _is_network(found) and found.network.prefixlen < _PRIVATE[found.version][1] + _FEWEST_BITS
    )


def _of_somebody(value: str) -> Iterator[str]:
    if value.strip() and not _is_wide(found := _read(value)):
        yield value
        if "/" in value and not _is_network(found):  # a machine, told with its network
            yield value.partition("/")[0]


def _address(version: int, number: int) -> str:
    made = ipaddress.IPv4Address(number) if version == 4 else ipaddress.IPv6Address(number)
    return str(made)


def _grouped(value: str) -> Iterable[str]:
    """Return a MAC address in the groups in which it is written: 08:00:2b…, 0800.2b…, 08002b…."""
    signs = _BETWEEN.sub("", value.strip())
    groups = (wrap(signs, size) for size in (2, 4, len(signs))) if signs else ()
    return dict.fromkeys((value, *map(":".join, groups)))


def _mac(value: str, by: Pseudonyms) -> str:
    signs = _BETWEEN.sub("", value.strip())
    if not signs:
        return value
    if _MAC.fullmatch(signs) is None:
        raise UnfitValueError("the value is not a MAC address")
    for attempt in range(16):
        made = bytearray(by.digest(f"mac:{attempt}", signs.lower(), len(signs) // 2))
        made[0] = made[0] & 0xFC | 0x02  # given by hand, and of one machine
        if made.hex() != signs.lower():
            break
    other = iter(made.hex().upper() if value.isupper() else made.hex())
    return "".join(next(other) if sign.isalnum() else sign for sign in value)

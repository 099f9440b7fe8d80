"""Compares what a client saw of a case with what it should have seen."""

# What an outcome says whatever else it holds: absent in the one means absent in the other.
_FACTS = ("disposition", "code", "cause", "caused_by", "origin", "delivery", "from_fallback")


def _told(value):
    """None for what says nothing; protobuf's JSON leaves it out."""
    return None if value == "" or value is False else value


def _show(value):
    return "nothing" if value is None else repr(value)


def _differences(where, expected, seen, keys):
    for key in keys:
        want, got = _told(expected.get(key)), _told(seen.get(key))
        if want != got:
            yield f"{where}{key}: expected {_show(want)}, saw {_show(got)}"


def _status(expected, seen):
    yield from _differences("status.", {"code": "OK", **expected}, {"code": "OK", **seen},
                            [key for key in ("message", "reason") if key in expected] + ["code"])
    if "failures" in expected:
        yield from _listed("status.failures", expected["failures"], seen.get("failures", []))


def _listed(where, expected, seen):
    """Two lists of objects; of each what is expected."""
    if len(expected) != len(seen):
        yield f"{where}: expected {len(expected)}, saw {len(seen)}: {seen!r}"
        return
    for place, (want, got) in enumerate(zip(expected, seen)):
        # Protobuf's JSON leaves out what is zero.
        got = {"index": 0, **got}
        yield from _differences(f"{where}[{place}].", want, got, want)


def _slot(where, expected, seen):
    succeeded = expected.get("disposition") == "SUCCEEDED" and not expected.get("from_fallback")
    if succeeded:
        expected = {"delivery": "ANSWERED", **expected}
    more = [key for key in expected if key not in _FACTS]
    yield from _differences(f"{where}.", expected, {"index": 0, **seen}, [*_FACTS, *more])


def _outcomes(expected, seen, any_order):
    if len(expected) != len(seen):
        yield f"outcomes: expected {len(expected)}, saw {len(seen)}"
        return
    if any_order:
        seen = sorted(seen, key=lambda slot: slot.get("index", 0))
    for place, (want, got) in enumerate(zip(expected, seen)):
        yield from _slot(f"outcomes[{place}]", want, got)


def _every_outcome(expected, total, seen):
    if len(seen) != total:
        yield f"outcomes: expected {total}, saw {len(seen)}"
    for place, slot in enumerate(seen):
        yield from _slot(f"outcomes[{place}]", expected, slot)


def mismatches(expect, seen):
    """Every way in which the report `seen` is not the one that a case expects; empty: it is."""
    found = list(_status(expect.get("status", {}), seen.get("status", {})))
    found += _differences("", expect, seen,
                          [key for key in ("verdict", "decided_by", "replies") if key in expect])
    if "winners" in expect:
        found += _listed("winners", expect["winners"], seen.get("winners", []))
    if "outcomes" in expect:
        found += _outcomes(expect["outcomes"], seen.get("outcomes", []), expect.get("any_order"))
    if "every_outcome" in expect:
        found += _every_outcome(expect["every_outcome"], expect["total"], seen.get("outcomes", []))
    return found
